import Model

/// The bookkeeping of a composed strategy: what it remembers of the snapshot it plans, from one plan to the next.
struct PlanMemory: Sendable {
  /// What those refused had to leave alone. They are tried again when it is another one.
  var reservations = Reservations.none
  /// When time alone could let a head evict; nil: never.
  var evictionAt: Timestamp?
  var progress = DirtySet.Progress()

  /// When time alone could next change the plan.
  var wakeAt: Timestamp? { [reservations.wakeAt, evictionAt].compactMap(\.self).min() }

  func mustReviewReservations(of snapshot: ClusterSnapshot, at now: Timestamp) -> Bool {
    snapshot.dirty.areReservationsInvalid || (reservations.holdUntil.map { $0 < now } ?? false)
  }
}
