import Model

/// A node and the devices on it.
package struct Spot: Sendable, Equatable {
  package let nodeID: NodeID
  package let gpus: [GPUShare]
}

/// Where a deployment goes that fits without evicting anyone.
package protocol PlacementPolicy: Sendable {
  var name: String { get }
  /// Nil when no open node of the choice has the room.
  func place(_ need: Resources, among choice: NodeChoice, in snapshot: ClusterSnapshot) -> Spot?
}
