import Model

/// The time at which a running attempt is over at the latest, and what is free then.
struct KnownEnd: Sendable {
  let end: Timestamp
  let id: DeploymentID
  let held: Resources
  let gpus: [GPUShare]

  /// Nil when nobody knows when it ends.
  init?(_ allocation: Allocation) {
    guard let end = allocation.knownEnd else { return nil }
    self.end = end
    id = allocation.id
    held = allocation.held
    gpus = allocation.attempt.gpus
  }
}

/// The known ends on one node, by end, then id: looking ahead begins where now is, and sorts nothing.
struct KnownEnds: Sendable {
  private var ends: [KnownEnd] = []

  /// The place of the first that does not come before.
  private func place(of end: Timestamp, _ id: DeploymentID) -> Int {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if (ends[middle].end, ends[middle].id) < (end, id) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func insert(_ allocation: Allocation) {
    guard let new = KnownEnd(allocation) else { return }
    ends.insert(new, at: place(of: new.end, new.id))
  }

  mutating func remove(_ allocation: Allocation) {
    guard let end = allocation.knownEnd else { return }
    let place = place(of: end, allocation.id)
    if place < ends.count, ends[place].id == allocation.id { ends.remove(at: place) }
  }

  /// Those that can still be counted on: who has overrun may go on for ever.
  func from(_ now: Timestamp) -> ArraySlice<KnownEnd> { ends[place(of: now, DeploymentID(.min))...] }
}
