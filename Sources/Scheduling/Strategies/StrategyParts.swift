/// The parts that a strategy is made of besides the orders of its queue.
package struct StrategyParts: Sendable {
  package let placement: any PlacementPolicy
  package let backfill: any BackfillPolicy
  package let preemption: any PreemptionPolicy

  package init(
    placement: any PlacementPolicy = BestFit(), backfill: any BackfillPolicy = EasyBackfill(),
    preemption: any PreemptionPolicy = LowerPriority()
  ) {
    self.placement = placement
    self.backfill = backfill
    self.preemption = preemption
  }
}
