import JSON
import Testing

@testable import CLI

@Test func `every column is a property, every property is described`() {
  for (path, document) in SchemaFolder.documents {
    for schema in [document] + [document["params"], document["result"]].compactMap(\.self) {
      let properties = schema["properties"]?.object ?? [:]
      for column in schema["x-columns"]?.array ?? [] {
        #expect(column.string.flatMap { properties[$0] } != nil, "\(path): \(column.text)")
      }
      for member in properties.members {
        #expect(member.value["description"]?.string?.isEmpty == false, "\(path): \(member.key)")
      }
    }
  }
}

@Test func `params and results take no more than they name`() {
  for name in SchemaFolder.methodNames {
    for side in ["params", "result"] {
      #expect(
        SchemaFolder.documents[name + ".json"]?[side]?["additionalProperties"] == false, "\(name) \(side)")
    }
  }
}

@Test func `every object's keys are always there`() {
  for name in ["cluster", "deployment", "event", "invite", "member", "node", "organization", "token", "user"]
  {
    let schema = SchemaFolder.documents["defs/\(name).json"]
    let keys = schema?["properties"]?.object?.keys ?? []
    #expect(!keys.isEmpty)
    #expect(schema?["required"]?.array?.compactMap(\.string) == keys, "\(name)")
    #expect(schema?["additionalProperties"] == false)
  }
}

@Test func `every shared piece is referred to`() {
  let texts = SchemaFolder.documents.mapValues(\.text)
  for path in texts.keys where path.hasPrefix("defs/") {
    // The catalog, not a file, adds this one to what mutates.
    guard path != "defs/request_key.json" else { continue }
    let name = String(path.dropFirst("defs/".count))
    let isUsed = texts.values.contains { $0.contains(#""\#(path)""#) || $0.contains(#""\#(name)""#) }
    #expect(isUsed, "\(path)")
  }
}
