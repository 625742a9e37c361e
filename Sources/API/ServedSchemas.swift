import JSON
import Scheduling
import Schemas

extension SchemaCatalog {
  /// The schemas as they are served: with the strategies, parts and options that the catalogs list.
  package static let served = embedded.completed([
    "defs/strategy.json": { file in
      let options = StrategyCatalog.standard.options
      file["properties"] = .object(JSONObject(options.map { ($0.name, .object($0.schema)) }))
      file["examples"] = StrategyCatalog.names
    },
    "scheduler.strategies.json": { $0.completeExamples("strategies", StrategyCatalog.list) },
    "server.info.json": { $0.completeExamples("strategies", StrategyCatalog.names) },
  ])
}

extension JSONObject {
  /// Sets a member of the result of each example.
  fileprivate mutating func completeExamples(_ key: String, _ value: JSONValue) {
    let examples = self["examples"]?.array ?? []
    self["examples"] = .array(
      examples.map { example in
        var example = example.object ?? [:]
        var result = example["result"]?.object ?? [:]
        result[key] = value
        example["result"] = .object(result)
        return .object(example)
      })
  }
}
