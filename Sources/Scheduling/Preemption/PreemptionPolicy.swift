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
  func eviction(
    for waiting: Waiting, among choice: NodeChoice, in snapshot: ClusterSnapshot, now: Timestamp
  ) -> Eviction?
  /// Whether anybody is ever evicted.
  var evicts: Bool { get }
  /// When time alone could next let somebody who waits preempt; nil: never.
  func wakeAt(_ snapshot: ClusterSnapshot) -> Timestamp?
}
