import Model

/// A rule of who may start while the head of the queue cannot.
package protocol BackfillPolicy: CatalogEntry {
  /// How many ahead of somebody have a reservation; 0: nobody passes the first.
  var depth: Int { get }
  /// What the one after those has to leave alone. `evicting`: lower priorities may give way to a head. `ahead` gives the first so many of the eligible ones before it.
  func reservations(
    ahead: (Int) -> [PendingDeployment], in snapshot: ClusterSnapshot, evicting: Bool, now: Timestamp
  )
    -> Reservations
}
