/// Every strategy a cluster can name: one line each.
package enum StrategyCatalog {
  package static let all: [any Strategy] = [
    ComposedStrategy.priority
  ]

  package static let standard: any Strategy = ComposedStrategy.priority

  /// Nil when there is none of that name.
  package static func strategy(named name: String) -> (any Strategy)? { all.first { $0.name == name } }
}
