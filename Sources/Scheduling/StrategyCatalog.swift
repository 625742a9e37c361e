/// Every strategy a cluster can name: one line each.
package enum StrategyCatalog {
  package static let standard = ComposedStrategy(
    name: "priority",
    description: "Higher priority first; waiting counts too, and lower priorities give way.",
    rules: QueueRules(order: PriorityOrder()), parts: StrategyParts(placement: Apart()))

  package static let all: [ComposedStrategy] = [
    standard,
    ComposedStrategy(
      name: "fifo", description: "Strictly first come, first served; nobody passes and nobody gives way.",
      rules: QueueRules(order: ArrivalOrder()),
      parts: StrategyParts(backfill: NoBackfill(), preemption: NoPreemption())),
    ComposedStrategy(
      name: "backfill",
      description: "First come, first served; short ones pass where they delay nobody, and nobody gives way.",
      rules: QueueRules(order: ArrivalOrder(), passOrder: ShortestOrder(tie: .arrival)),
      parts: StrategyParts(preemption: NoPreemption())),
    ComposedStrategy(
      name: "stretch",
      description: "Short ones first, long ones after a bounded wait; all should say their max_duration.",
      rules: QueueRules(order: StretchOrder(), passOrder: ShortestOrder(tie: .arrival)),
      parts: StrategyParts(preemption: NoPreemption())),
    ComposedStrategy(
      name: "fair", description: "The user with the least of the cluster first; lower priorities give way.",
      rules: QueueRules(order: PriorityOrder(), isFair: true), parts: StrategyParts(placement: Apart())),
    ComposedStrategy(
      name: "packing",
      description:
        "As priority, and placed so that the least GPU is stranded: the most work on the same devices.",
      rules: QueueRules(order: PriorityOrder()), parts: StrategyParts(placement: LeastStranded())),
  ]

  /// Nil when there is none of that name.
  package static func strategy(named name: String) -> ComposedStrategy? { all.first { $0.name == name } }
}
