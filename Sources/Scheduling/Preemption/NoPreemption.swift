import Model

/// The preemption of nobody: what runs, runs to its end.
package struct NoPreemption: PreemptionPolicy {
  package var name: String { "none" }
  package var description: String { "What runs, runs to its end." }
  package var evicts: Bool { false }
  package var urgentFrom: Int? { nil }

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
