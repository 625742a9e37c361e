/// Every strategy a cluster can name: one line each.
package enum StrategyCatalog {
  package static let all: [any Strategy] = [
    standard,
    ComposedStrategy.fifo,
    ComposedStrategy.backfill,
    ComposedStrategy.stretch,
    ComposedStrategy.fair,
    ComposedStrategy.packing,
  ]

  /// The one that plans a cluster which names none.
  package static let standard: any Strategy = ComposedStrategy.priority

  /// The options of all strategies, each named once.
  package static var options: [StrategyOption] { all.flatMap(\.options).uniqued }

  /// Nil when there is none of that name.
  package static func strategy(named name: String) -> (any Strategy)? { all.first { $0.name == name } }
}
