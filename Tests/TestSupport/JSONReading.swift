import JSON

extension JSONValue {
  /// The value at a path of keys; null where there is none.
  package func at(_ path: String...) -> JSONValue {
    path.reduce(self) { $0[$1] ?? .null }
  }

  /// The `id` of the one object that a result holds under `key`.
  package func id(of key: String) -> Int { at(key, "id").int ?? 0 }
}

extension JSONValue: ExpressibleByFloatLiteral {
  /// Kept to thousandths, as quantities are.
  package init(floatLiteral value: Double) {
    self = .number(JSONNumber(thousandths: Int((value * 1000).rounded())))
  }
}

extension JSONObject {
  package func adding(_ key: String, _ value: JSONValue) -> JSONObject {
    var object = self
    object.append(key, value)
    return object
  }
}

extension JSONValue {
  /// A quantity in thousandths; 0 where there is none.
  package var thousandths: Int { number?.thousandths ?? 0 }
}
