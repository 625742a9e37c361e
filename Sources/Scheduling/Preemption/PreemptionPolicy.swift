import Model

/// The deployments that give way on a node, and the place that is made.
package struct Eviction: Sendable, Equatable {
  package let placement: Placement
  /// Rising by id; none could be spared. None at all where enough stops already.
  package let victims: [DeploymentID]
}

/// The right of somebody to have others evicted.
package enum EvictionRight: Sendable, Equatable {
  case none
  /// Whatever is lost.
  case unlimited
  /// As long as no more is lost than its waiting is worth.
  case worthIt
}

/// The answer to a search for an eviction.
package enum EvictionAnswer: Sendable {
  case found(Eviction)
  /// `at`: when the least loss there is now will have become worth it; nil: time alone changes nothing.
  case refused(at: Timestamp?)
}

/// A rule of who gives way to whom.
package protocol PreemptionPolicy: CatalogEntry {
  /// Whether anybody is ever evicted.
  var evicts: Bool { get }
  /// What each priority could make of an open node's room at once.
  func ladder(of node: NodeOccupancy) -> CapacityLadder
  /// From this priority on, others are evicted at once; nil: nobody has anybody evicted at once.
  var urgentFrom: Int? { get }
  /// `isDueHead`: it is the first in line, and has been blocked for `max_skip` seconds.
  func right(of pending: PendingDeployment, isDueHead: Bool) -> EvictionRight
  /// The eviction of least loss that makes room. Asked when nothing fits without.
  func eviction(
    for pending: PendingDeployment, _ right: EvictionRight, among choice: NodeChoice,
    in snapshot: ClusterSnapshot,
    now: Timestamp
  ) -> EvictionAnswer
  /// When time alone could next let somebody who waits preempt, but for what `EvictionAnswer` says; nil: never.
  func wakeAt(_ snapshot: ClusterSnapshot) -> Timestamp?
}
