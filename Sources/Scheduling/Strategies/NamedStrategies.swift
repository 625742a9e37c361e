/// The strategies of the catalog that are made of parts.
extension ComposedStrategy {
  static let priority = ComposedStrategy(
    name: "priority",
    description: "Higher priority first; waiting counts too, and lower priorities give way.",
    rules: QueueRules(order: PriorityOrder()), parts: StrategyParts(placement: Apart()))

  static let fifo = ComposedStrategy(
    name: "fifo", description: "Strictly first come, first served; nobody passes and nobody gives way.",
    rules: QueueRules(order: ArrivalOrder()),
    parts: StrategyParts(backfill: NoBackfill(), preemption: NoPreemption()))

  static let backfill = ComposedStrategy(
    name: "backfill",
    description: "First come, first served; short ones pass where they delay nobody, and nobody gives way.",
    rules: QueueRules(order: ArrivalOrder(), passOrder: ShortestOrder(tie: .arrival)),
    parts: StrategyParts(preemption: NoPreemption()))

  static let stretch = ComposedStrategy(
    name: "stretch",
    description: "Short ones first, long ones after a bounded wait; all should say their max_duration.",
    rules: QueueRules(order: StretchOrder(), passOrder: ShortestOrder(tie: .arrival)),
    parts: StrategyParts(preemption: NoPreemption()))

  static let fair = ComposedStrategy(
    name: "fair", description: "The user with the least of the cluster first; lower priorities give way.",
    rules: QueueRules(order: FairOrder()), parts: StrategyParts(placement: Apart()))

  static let packing = ComposedStrategy(
    name: "packing",
    description:
      "As priority, and placed so that the least GPU is stranded: the most work on the same devices.",
    rules: QueueRules(order: PriorityOrder()), parts: StrategyParts(placement: LeastStranded()))
}
