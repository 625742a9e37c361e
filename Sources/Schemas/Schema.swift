import JSON

/// A JSON Schema, in the subset that `Keyword` lists.
package struct Schema: Sendable {
  private let program: SchemaProgram

  /// As it is written, with what `adding` added.
  package var json: JSONValue { program.json }

  /// Compiles a schema that is a whole file by itself.
  package init(_ json: JSONValue, files: SchemaFiles = .none) throws(SchemaError) {
    self.init(json, at: SchemaLocation(file: "", pointer: ""), of: json, files: files)
    try compile()
  }

  /// Compiled when it is first needed.
  init(_ json: JSONValue, at location: SchemaLocation, of document: JSONValue, files: SchemaFiles) {
    program = SchemaProgram(json, at: location, of: document, files: files)
  }

  /// Throws when the schema has a mistake.
  package func compile() throws(SchemaError) { _ = try program.compiled() }

  /// All that is wrong with the value, up to `SchemaValidator.limit`; empty when it is valid.
  package func violations(in value: JSONValue) -> [Violation] {
    do throws(SchemaError) {
      let compiled = try program.compiled()
      var validator = SchemaValidator(nodes: compiled.nodes)
      validator.check(value, compiled.root)
      return validator.violations
    } catch {
      // The build's tests compile every embedded schema, so this is one of somebody's own.
      return [Violation(pointer: "", message: "cannot be checked: \(error)")]
    }
  }
}

extension Schema {
  /// One property of an object's schema.
  package struct Property: Equatable, Sendable {
    package let name: String
    /// Its schema, followed through `$ref` when it is nothing else.
    package let json: JSONValue
    package let isRequired: Bool
  }

  /// In the order of the file: that of positional params and of the command line's help.
  package var orderedProperties: [Property] {
    let required = json["required"]?.array ?? []
    let home = (file: program.location.file, json: program.document)
    return (json["properties"]?.object?.members ?? []).map { member in
      Property(
        name: member.key, json: resolved(member.value, in: home, depth: 0),
        isRequired: required.contains(.string(member.key)))
    }
  }

  /// The schema with one more property, behind those it has. One of the same name is replaced.
  ///
  /// Throws when the schema is `true` or `false`. Compiled when it is first needed.
  package func adding(property name: String, schema: JSONValue, isRequired: Bool = false) throws(SchemaError)
    -> Schema
  {
    guard var object = json.object else {
      throw SchemaError(location: program.location.text, reason: "has no properties to add to")
    }
    var properties = object["properties"]?.object ?? JSONObject()
    properties[name] = schema
    object["properties"] = .object(properties)
    if isRequired {
      object["required"] = .array((object["required"]?.array ?? []) + [.string(name)])
    }
    return Schema(.object(object), at: program.location, of: program.document, files: program.files)
  }

  private func resolved(_ json: JSONValue, in home: (file: String, json: JSONValue), depth: Int) -> JSONValue
  {
    // The compiler has followed every reference, so failing here means a circle, which it refuses too.
    guard depth < 10, let object = json.object, let text = object["$ref"]?.string else { return json }
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    var target = home
    if !parts[0].isEmpty {
      guard let found = try? program.files.find(String(parts[0]), from: home.file) else { return json }
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
