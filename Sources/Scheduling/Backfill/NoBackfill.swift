import Model

/// The backfill of none: nobody passes a blocked head.
package struct NoBackfill: BackfillPolicy {
  package var name: String { "none" }
  package var description: String { "Nobody passes the first that cannot start." }
  package var depth: Int { 0 }

  package init() {}

  package func reservations(
    ahead: (Int) -> [PendingDeployment], in snapshot: ClusterSnapshot, evicting: Bool, now: Timestamp
  ) -> Reservations {
    ahead(1).first.map { .everything(head: $0.id) } ?? .none
  }
}
