import Model

/// The deployment to be placed, as far as its place depends on it.
package struct PlacementRequest: Sendable {
  package let demand: Resources
  package let priority: Int

  package init(_ demand: Resources, priority: Int = 50) {
    self.demand = demand
    self.priority = priority
  }

  init(_ pending: PendingDeployment) { self.init(pending.demand, priority: pending.priority) }
}

/// A rule of where a deployment goes that fits without evicting anyone.
package protocol PlacementPolicy: CatalogEntry {
  /// Nil when no open node of the choice has the room.
  func place(_ request: PlacementRequest, among choice: NodeChoice, in snapshot: ClusterSnapshot)
    -> Placement?
}
