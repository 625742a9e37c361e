import Model

/// What those after a blocked head have to leave alone.
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
}

/// Who may start while the head of the queue cannot.
package protocol BackfillPolicy: Sendable {
  var name: String { get }
  /// How many ahead of somebody have a reservation; 0: nobody passes the first.
  var depth: Int { get }
  /// What the one after those has to leave alone. `evicting`: lower priorities may give way to a head. `ahead` gives the first so many of the eligible ones before it.
  func reservations(
    ahead: (Int) -> [PendingDeployment], in snapshot: ClusterSnapshot, evicting: Bool, now: Timestamp
  )
    -> Reservations
}

/// Every backfill a strategy can name: one line each.
package enum BackfillCatalog {
  package static let all: [any BackfillPolicy] = [EasyBackfill(), ConservativeBackfill(), NoBackfill()]

  /// Nil when there is none of that name.
  package static func backfill(named name: String) -> (any BackfillPolicy)? { all.first { $0.name == name } }
}

/// Nobody passes a blocked head.
package struct NoBackfill: BackfillPolicy {
  package let name = "none"
  package let depth = 0

  package init() {}

  package func reservations(
    ahead: (Int) -> [PendingDeployment], in snapshot: ClusterSnapshot, evicting: Bool, now: Timestamp
  ) -> Reservations {
    ahead(1).first.map { .everything(head: $0.id) } ?? .none
  }
}
