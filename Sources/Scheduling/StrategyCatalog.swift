import JSON

/// Every strategy a cluster can name: one line each.
package enum StrategyCatalog {
  package static let all: [any Strategy] = [
    ComposedStrategy.priority
  ]

  package static let standard: any Strategy = ComposedStrategy.priority

  /// Nil when there is none of that name.
  package static func strategy(named name: String) -> (any Strategy)? { all.first { $0.name == name } }

  /// The strategy that a cluster's `strategy` asks for: a name, or an object of parts and options.
  package static func make(_ choice: JSONValue) throws(StrategyChoiceError) -> any Strategy {
    if let strategy = choice.string.flatMap({ strategy(named: $0) }) { return strategy }
    throw StrategyChoiceError(
      pointer: "", message: "must be one of: \(all.map(\.name).joined(separator: ", "))")
  }
}

/// What is wrong with a `strategy` that was asked for.
package struct StrategyChoiceError: Error, Sendable {
  /// A JSON Pointer within the choice; empty for the whole of it.
  package let pointer: String
  /// To follow the name of the parameter: `must be …`.
  package let message: String

  package init(pointer: String, message: String) {
    self.pointer = pointer
    self.message = message
  }
}
