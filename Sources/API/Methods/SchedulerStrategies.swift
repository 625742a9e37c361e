import JSON
import Scheduling

extension Method {
  static let schedulerStrategies = reading("scheduler.strategies") { _, _ in
    [
      "strategies": .array(
        StrategyCatalog.all.map { strategy in
          [
            "name": .string(strategy.name), "description": .string(strategy.description),
            "options": .array(strategy.options.map(\.object)),
          ]
        })
    ]
  }
}

extension StrategyOption {
  /// The default as a number where it is one.
  fileprivate var object: JSONValue {
    [
      "name": .string(name),
      "description": .string(description),
      "values": values.map { .array($0.map(JSONValue.string)) } ?? .null,
      "default": Int(defaultValue).map(JSONValue.int) ?? .string(defaultValue),
    ]
  }
}
