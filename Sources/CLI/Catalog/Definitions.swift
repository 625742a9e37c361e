import JSON

/// The shared pieces that schemas refer to, by path from `schemas/`: `defs/id.json`.
package struct Definitions: Sendable {
  private let document: @Sendable (String) -> JSONValue?

  /// `document` answers nil for a file that does not exist.
  package init(_ document: @escaping @Sendable (String) -> JSONValue?) { self.document = document }

  package static let none = Definitions { _ in nil }

  /// The shape of a schema that stands in a file of `folder` (`""`, or `defs/`).
  ///
  /// A reference that leads nowhere leaves the value free: refusing such a schema is the validator's part.
  package func shape(of schema: JSONValue, in folder: String = "") -> ValueShape {
    shape(of: schema, in: folder, depth: 0)
  }

  /// Deeper than any schema of ours; it ends a circle of references.
  private static let depthLimit = 32

  private func shape(of schema: JSONValue, in folder: String, depth: Int) -> ValueShape {
    guard let object = schema.object, depth < Self.depthLimit else { return ValueShape() }
    var shape = ValueShape()
    if let reference = object["$ref"]?.string {
      let candidates = [folder + reference, reference]
      let found = candidates.lazy.compactMap { path in document(path).map { (path, $0) } }.first
      if let (path, target) = found {
        shape = self.shape(of: target, in: Self.folder(of: path), depth: depth + 1)
      }
    }
    for alternative in (object["anyOf"] ?? object["oneOf"])?.array ?? [] {
      shape.widen(by: self.shape(of: alternative, in: folder, depth: depth + 1))
    }
    shape.annotate(object)
    for (name, part) in object["properties"]?.object?.members.map({ ($0.key, $0.value) }) ?? [] {
      let isRequired = object["required"]?.array?.contains(.string(name)) ?? false
      let inner = self.shape(of: part, in: folder, depth: depth + 1)
      shape.properties.append(ValueShape.Property(name: name, shape: inner, isRequired: isRequired))
    }
    if let items = object["items"] { shape.items = [self.shape(of: items, in: folder, depth: depth + 1)] }
    if let values = object["additionalProperties"], values != false {
      shape.values = [self.shape(of: values, in: folder, depth: depth + 1)]
    }
    if let name = object["x-notification"]?["name"]?.string {
      let params = object["x-notification"]?["params"].map {
        self.shape(of: $0, in: folder, depth: depth + 1)
      }
      shape.notification = ValueShape.Notification(
        name: name, params: params.map { [$0] } ?? [],
        precedesResult: object["x-notification"]?["precedes"]?.bool ?? false)
    }
    return shape
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return String(path[...slash])
  }
}

extension ValueShape {
  fileprivate mutating func annotate(_ schema: JSONObject) {
    let types = schema["type"]?.array ?? schema["type"].map { [$0] } ?? []
    if !types.isEmpty { kinds = types.compactMap { $0.string.flatMap(Kind.init(rawValue:)) } }
    title = schema["title"]?.string ?? title
    description = schema["description"]?.string ?? description
    unit = schema["x-unit"]?.string ?? unit
    defaultValue = schema["default"] ?? defaultValue
    choices = schema["enum"]?.array ?? schema["const"].map { [$0] } ?? choices
    meanings = schema["x-meanings"]?.object ?? meanings
    isSecret = schema["x-secret"]?.bool ?? isSecret
    isTime = schema["format"].map { $0 == "date-time" } ?? isTime
    columns = schema["x-columns"]?.array?.compactMap(\.string) ?? columns
    colors = schema["x-colors"]?.object ?? colors
    output = schema["x-output"].flatMap { ValueShape.Output($0) } ?? output
  }

  /// Takes in an alternative: its kinds, and its parts where there are none yet.
  fileprivate mutating func widen(by other: ValueShape) {
    for kind in other.kinds where !kinds.contains(kind) { kinds.append(kind) }
    if properties.isEmpty { properties = other.properties }
    if items.isEmpty { items = other.items }
    if values.isEmpty { values = other.values }
    if columns.isEmpty { columns = other.columns }
    if choices.isEmpty { choices = other.choices }
    isTime = isTime || other.isTime
  }
}

extension ValueShape.Output {
  /// From `x-output`: `{"text": KEY, "remark": KEY, "more": {PARAMETER: KEY, "until": KEY}}`.
  fileprivate init?(_ schema: JSONValue) {
    guard let text = schema["text"]?.string else { return nil }
    self.text = text
    remark = schema["remark"]?.string
    let members = schema["more"]?.object?.members ?? []
    guard let until = schema["more"]?["until"]?.string,
      let parameter = members.first(where: { $0.key != "until" }), let next = parameter.value.string
    else {
      more = nil
      return
    }
    more = More(parameter: parameter.key, next: next, until: until)
  }
}
