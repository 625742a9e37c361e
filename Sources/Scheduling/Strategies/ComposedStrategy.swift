import Model

/// A strategy made of parts: an order, a placement and a preemption.
package struct ComposedStrategy: Strategy {
  package let name: String
  package let description: String
  package let options: [StrategyOption]
  package let order: any QueueOrder
  package let placement: any PlacementPolicy
  package let preemption: any PreemptionPolicy

  package init(
    name: String, description: String, options: [StrategyOption] = [], order: any QueueOrder,
    placement: any PlacementPolicy, preemption: any PreemptionPolicy
  ) {
    self.name = name
    self.description = description
    self.options = options
    self.order = order
    self.placement = placement
    self.preemption = preemption
  }

  package func plan(_ snapshot: ClusterSnapshot, now: Timestamp) -> Plan {
    guard !snapshot.paused, !snapshot.queue.isEmpty else { return Plan() }
    if !snapshot.news.isEmpty {
      var step = NextStep(snapshot: snapshot, now: now, placement: placement, preemption: preemption)
      if let plan = step.find() { return plan }
    }
    return Plan(wakeAt: preemption.wakeAt(snapshot))
  }

  package func reason(for deployment: Deployment, in snapshot: ClusterSnapshot, now: Timestamp) -> Reason {
    WaitingReason(deployment, in: snapshot).reason
  }
}

extension ComposedStrategy {
  /// The default.
  package static let priority = ComposedStrategy(
    name: "priority",
    description:
      "Higher priority first; waiting counts too. Best-fit placement; lower priorities are preempted.",
    options: [
      StrategyOption(
        name: "interval", description: "Seconds of waiting that count as one point of priority.",
        defaultValue: String(PriorityOrder.defaultInterval))
    ],
    order: PriorityOrder(), placement: BestFit(), preemption: LowerPriority())
}
