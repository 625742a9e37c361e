import Model

/// Nobody gives way: what runs, runs to its end.
package struct NoPreemption: PreemptionPolicy {
  package let name = "none"
  package let evicts = false
  package let urgentFrom: Int? = nil

  package init() {}

  package func ladder(of node: NodeOccupancy) -> RoomLadder {
    RoomLadder(base: node.isOpen ? node.room : .closed)
  }

  package func right(of waiting: Waiting, isDueHead: Bool) -> EvictionRight { .none }

  package func eviction(
    for waiting: Waiting, _ right: EvictionRight, among choice: NodeChoice, in snapshot: ClusterSnapshot,
    now: Timestamp
  ) -> EvictionAnswer { .refused(at: nil) }

  package func wakeAt(_ snapshot: ClusterSnapshot) -> Timestamp? { nil }
}
