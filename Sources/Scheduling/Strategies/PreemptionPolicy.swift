import Model

/// Who gives way on a node, and what takes the room.
package struct Eviction: Sendable, Equatable {
  package let spot: Spot
  /// Rising by id; none could be spared.
  package let victims: [DeploymentID]
}

/// Who gives way to whom.
package protocol PreemptionPolicy: Sendable {
  var name: String { get }
  /// What each priority could make of an open node's room now.
  func ladder(of node: NodeOccupancy) -> RoomLadder
  /// The eviction of least loss that makes room; nil when none does. Asked when nothing fits without.
  func eviction(for waiting: Waiting, in snapshot: ClusterSnapshot, now: Timestamp) -> Eviction?
  /// Whether it could be evicted at the moment it starts.
  func givesWayAtOnce(_ waiting: Waiting) -> Bool
  /// When time alone could next let somebody who waits preempt; nil: never.
  func wakeAt(_ snapshot: ClusterSnapshot) -> Timestamp?
}
