import JSON

/// A compiled JSON Schema, in the subset that `Keyword` lists.
package struct Schema: Sendable {
  /// As it is written, with what `adding` added.
  package let json: JSONValue
  private let nodes: [SchemaNode]
  private let root: Int
  private let location: SchemaLocation
  private let document: JSONValue
  private let files: SchemaFiles

  /// Compiles a schema that is a whole file by itself.
  package init(_ json: JSONValue, files: SchemaFiles = .none) throws(SchemaError) {
    try self.init(json, at: SchemaLocation(file: "", pointer: ""), of: json, files: files)
  }

  init(_ json: JSONValue, at location: SchemaLocation, of document: JSONValue, files: SchemaFiles)
    throws(SchemaError)
  {
    self.json = json
    self.location = location
    self.document = document
    self.files = files
    (nodes, root) = try SchemaCompiler.compile(json, at: location, of: document, files: files)
  }

  /// All that is wrong with the value, up to `SchemaValidator.limit`; empty when it is valid.
  package func violations(in value: JSONValue) -> [Violation] {
    var validator = SchemaValidator(nodes: nodes)
    validator.check(value, root)
    return validator.violations
  }

  package func accepts(_ value: JSONValue) -> Bool { violations(in: value).isEmpty }
}

extension Schema {
  /// One property of an object's schema.
  package struct Property: Equatable, Sendable {
    package let name: String
    /// Its schema, followed through `$ref` when it is nothing else.
    package let json: JSONValue
    package let isRequired: Bool

    package var description: String { json["description"]?.string ?? "" }
  }

  /// In the order of the file: that of positional params and of the command line's help.
  package var orderedProperties: [Property] {
    let required = json["required"]?.array ?? []
    return (json["properties"]?.object?.members ?? []).map { member in
      Property(
        name: member.key, json: resolved(member.value, in: (location.file, document), depth: 0),
        isRequired: required.contains(.string(member.key)))
    }
  }

  /// The schema with one more property, behind those it has. One of the same name is replaced.
  package func adding(property name: String, schema: JSONValue, isRequired: Bool = false) throws(SchemaError)
    -> Schema
  {
    var object = json.object ?? JSONObject()
    var properties = object["properties"]?.object ?? JSONObject()
    properties[name] = schema
    object["properties"] = .object(properties)
    if isRequired {
      object["required"] = .array((object["required"]?.array ?? []) + [.string(name)])
    }
    return try Schema(.object(object), at: location, of: document, files: files)
  }

  private func resolved(_ json: JSONValue, in home: (file: String, json: JSONValue), depth: Int) -> JSONValue
  {
    // The compiler has followed every reference, so failing here means a circle, which it refuses too.
    guard depth < 10, let object = json.object, let text = object["$ref"]?.string else { return json }
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    var target = home
    if !parts[0].isEmpty {
      guard let found = try? files.find(String(parts[0]), from: home.file) else { return json }
      target = (found.name, found.json)
    }
    guard let keys = JSONPointer.keys(ofFragment: parts.count > 1 ? parts[1] : ""),
      let found = JSONPointer.value(at: keys, in: target.json)
    else { return json }
    guard var merged = resolved(found, in: target, depth: depth + 1).object else { return found }
    for member in object.members where member.key != "$ref" { merged[member.key] = member.value }
    return .object(merged)
  }
}
