import Model

/// The places that those after a blocked head have to leave alone.
package enum Reservations: Sendable {
  /// They may start wherever they fit.
  case none
  /// Nobody passes the head.
  case everything(head: DeploymentID)
  case node(Reservation)
  case slots(SlotTable)
}

/// A node kept for the head of the queue.
package struct Reservation: Sendable, Equatable {
  package let head: DeploymentID
  package let demand: Resources
  package let nodeID: NodeID
  /// When the head can start there as far as anybody knows; nil: the node is pinned until there is room.
  package let startsAt: Timestamp?
  /// After it time alone may make it another one: an end that was counted on has passed.
  package let holdsUntil: Timestamp?

  /// How much older than the head's own waiting what has to go may be, for a pin.
  static let pinFactor = 4
}

extension Reservations {
  /// After it time alone may make them others; nil: never.
  var holdUntil: Timestamp? {
    switch self {
    case .none, .everything: nil
    case .node(let reservation): reservation.holdsUntil
    case .slots(let slots): slots.holdsUntil
    }
  }

  /// The first moment after that.
  var wakeAt: Timestamp? { holdUntil.map { $0 + 0.001 } }

  /// For whom something is kept.
  var head: DeploymentID? {
    switch self {
    case .none: nil
    case .everything(let head): head
    case .node(let reservation): reservation.head
    case .slots(let slots): slots.head
    }
  }
}
