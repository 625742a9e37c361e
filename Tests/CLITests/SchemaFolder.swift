import Foundation
import JSON

@testable import CLI

/// The files of schemas/, read from the package beside the tests.
enum SchemaFolder {
  static let documents: [String: JSONValue] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "schemas")
    var documents: [String: JSONValue] = [:]
    for folder in ["", "defs/"] {
      let names =
        (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
      for name in names where name.hasSuffix(".json") {
        guard let data = try? Data(contentsOf: root.appending(path: folder + name)) else { continue }
        documents[folder + name] = try? JSONParser.parse(data)
      }
    }
    return documents
  }()

  static let methodNames = documents.keys.filter { !$0.contains("/") }.map { String($0.dropLast(5)) }.sorted()

  private static let open: Set = ["auth.login", "auth.register", "server.info", "server.ping"]

  /// As the server's catalog has it: `token` and `request_key` added.
  static func schema(_ name: String) -> JSONObject {
    guard var schema = documents[name + ".json"]?.object, var params = schema["params"]?.object,
      var properties = params["properties"]?.object
    else { return [:] }
    if !open.contains(name) {
      properties["token"] = properties["token"] ?? ["$ref": "defs/bearer.json"]
      properties["request_key"] = ["$ref": "defs/request_key.json"]
    }
    params["properties"] = .object(properties)
    schema["params"] = .object(params)
    return schema
  }

  static let serve = Command(
    local: "serve",
    schema: [
      "description": "Serve requests",
      "params": [
        "type": "object",
        "properties": [
          "stdio": ["type": "boolean", "description": "Over standard input and output"],
          "socket": ["type": "string", "description": "Path of the socket"],
        ],
      ],
    ])

  static let catalog = CommandCatalog(
    methods: methodNames.map { name in
      CommandMethod(name: name, needsLogin: !open.contains(name)) { schema(name) }
    },
    definitions: Definitions { documents[$0] }, local: [serve])

  static func example(_ name: String, _ index: Int = 0) -> JSONValue? {
    let examples = documents[name + ".json"]?["examples"]?.array ?? []
    return examples.indices.contains(index) ? examples[index] : nil
  }
}
