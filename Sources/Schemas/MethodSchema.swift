import JSON

/// One file of schemas/: what a method takes, answers and may refuse with.
package struct MethodSchema: Sendable {
  package let name: String
  package let description: String
  package let params: Schema
  package let result: Schema
  /// The params of the notifications that go with its result; nil when there are none.
  package let notification: Schema?
  /// The codes of `protocol.md`'s table that the method may answer, beside those every method may.
  package let errors: [Int]
  package let examples: [JSONValue]
  /// The whole file.
  package let json: JSONValue

  init(name: String, file: String, json: JSONValue, files: SchemaFiles) throws(SchemaError) {
    func part(_ key: String) throws(SchemaError) -> JSONValue {
      guard let part = json[key] else { throw SchemaError(location: file, reason: "\(key) is missing") }
      return part
    }
    func schema(_ key: String) throws(SchemaError) -> Schema {
      let location = SchemaLocation(file: file, pointer: "/" + key)
      return Schema(try part(key), at: location, of: json, files: files)
    }
    self.name = name
    self.json = json
    params = try schema("params")
    result = try schema("result")
    notification = json["result"]?["x-notification"]?["params"].map {
      Schema(
        $0, at: SchemaLocation(file: file, pointer: "/result/x-notification/params"), of: json, files: files)
    }
    guard let description = try part("description").string else {
      throw SchemaError(location: file, reason: "description must be a string")
    }
    self.description = description
    errors = try part("errors").array?.compactMap(\.int) ?? []
    examples = try part("examples").array ?? []
    let known: Set = ["description", "params", "result", "errors", "examples"]
    if let stray = json.object?.keys.first(where: { !known.contains($0) && !$0.hasPrefix("x-") }) {
      throw SchemaError(location: file, reason: "\(stray) is not known here")
    }
  }
}
