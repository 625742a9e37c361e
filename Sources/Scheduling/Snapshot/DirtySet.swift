import Model

/// What happened to nodes since the last empty plan, and what those who were refused then had to leave alone. Who
/// joined the queue since is noted in its partitions.
package struct DirtySet: Sendable {
  /// More than these are not listed: then everything is tried.
  private static let listed = 32

  /// With more room, or with more that gives way; rising.
  package private(set) var released: [NodeID] = []
  /// Those refused because of it are tried again when it is another one.
  private(set) var reservations = Reservations.none
  /// What the reservations follow from may be another: the head, or when there is room for it.
  private(set) var areReservationsInvalid = false
  /// When time alone could let a head evict; nil: never.
  private(set) var evictionAt: Timestamp?

  mutating func invalidateReservations() { areReservationsInvalid = true }

  /// False when there were too many to list.
  mutating func release(_ node: NodeID) -> Bool {
    areReservationsInvalid = true
    let place = released.firstIndex { $0 >= node } ?? released.count
    guard place == released.count || released[place] != node else { return true }
    released.insert(node, at: place)
    guard released.count > Self.listed else { return true }
    released = []
    return false
  }

  mutating func drop(_ node: NodeID) { released.removeAll { $0 == node } }

  /// Forgets what the plan has dealt with: all of it, when it wants nothing.
  mutating func absorb(_ plan: Plan) {
    if let reservations = plan.progress.reservations {
      self.reservations = reservations
      areReservationsInvalid = false
    }
    evictionAt = plan.progress.evictionAt
    guard !plan.isEmpty else {
      released = []
      areReservationsInvalid = false
      return
    }
    for node in plan.progress.freed where !released.contains(node) { released.append(node) }
    released.removeAll(where: plan.progress.settled.contains)
    released.sort()
  }
}
