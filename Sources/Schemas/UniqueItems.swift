import JSON

extension [JSONValue] {
  /// Two equal items, by index; linear in the text, so that a long array is no weapon.
  var firstTwins: (first: Int, second: Int)? {
    var seen: [[UInt8]: Int] = [:]
    for (index, item) in enumerated() {
      let text = item.canonical.bytes
      if let first = seen[text] { return (first, index) }
      seen[text] = index
    }
    return nil
  }
}

extension JSONValue {
  /// One form for all that is equal: members sorted, numbers without spelling.
  fileprivate var canonical: JSONValue {
    switch self {
    case .null, .bool, .string: return self
    case .number(let number): return .number(number.canonical)
    case .array(let items): return .array(items.map(\.canonical))
    case .object(let object):
      let sorted = object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return .object(JSONObject(members: sorted.map { .init($0.key, $0.value.canonical) }))
    }
  }
}
