import Model

/// Nobody gives way: what runs, runs to its end.
package struct NoPreemption: PreemptionPolicy {
  package let name = "none"
  package let evicts = false
  package let urgentFrom: Int? = nil

  package init() {}

  package func ladder(of node: NodeOccupancy) -> CapacityLadder {
    CapacityLadder(base: node.isOpen ? node.freeCapacity : .closed)
  }

  package func right(of pending: PendingDeployment, isDueHead: Bool) -> EvictionRight { .none }

  package func eviction(
    for pending: PendingDeployment, _ right: EvictionRight, among choice: NodeChoice,
    in snapshot: ClusterSnapshot,
    now: Timestamp
  ) -> EvictionAnswer { .refused(at: nil) }

  package func wakeAt(_ snapshot: ClusterSnapshot) -> Timestamp? { nil }
}
