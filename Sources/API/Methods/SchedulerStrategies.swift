import JSON
import Scheduling

extension Method {
  static let schedulerStrategies = reading("scheduler.strategies") { _, _ in
    ["strategies": StrategyCatalog.list]
  }
}

extension StrategyCatalog {
  static var names: JSONValue { .array(all.map { .string($0.name) }) }

  /// As `scheduler.strategies` tells them.
  static var list: JSONValue {
    .array(
      all.map { strategy in
        [
          "name": .string(strategy.name), "description": .string(strategy.description),
          "options": .array(strategy.options.map(\.object)),
        ]
      })
  }
}

extension StrategyOption {
  fileprivate var object: JSONValue {
    [
      "name": .string(name), "description": .string(description + "."),
      "values": value.names.map { .array($0.map(JSONValue.string)) } ?? .null, "default": value.json,
    ]
  }
}
