import Model

/// The reservations of one plan: worked out when somebody is first in their way, and kept.
struct PlanReservations {
  enum Verdict {
    case free
    /// With these devices.
    case admitted([GPUShare])
    case refused
  }

  private let snapshot: ClusterSnapshot
  private let backfill: any BackfillPolicy
  private let evicting: Bool
  private let now: Timestamp
  /// For each `where` the first in the queue's own order that could ever start on an open node; in that order.
  private(set) lazy var heads = snapshot.heads
  private var head: Candidate? { mutating get { heads.first } }
  /// The same for all who come after the head, unless they have reservations on each other.
  private var shared: Reservations?
  /// Those of the last who was looked at, and who was ahead: of everyone beyond the depth they are the same.
  private var last: (ahead: [DeploymentID], reservations: Reservations)?
  /// What was worked out; nil when nothing was.
  private(set) var known: Reservations?

  private let memory: PlanMemory

  init(_ snapshot: ClusterSnapshot, _ parts: StrategyParts, after memory: PlanMemory, now: Timestamp) {
    self.snapshot = snapshot
    self.memory = memory
    backfill = parts.backfill
    evicting = parts.preemption.evicts
    self.now = now
  }

  /// Whether nobody but the head may start.
  var isHeadOnly: Bool { backfill.depth == 0 }

  /// The head, when it is not found by trying in order.
  var headOutOfLine: Candidate? {
    mutating get { isHeadOnly || snapshot.rules.passOrder != nil ? head : nil }
  }

  /// The heads that have been blocked for long enough; as they are tried.
  private(set) lazy var dueHeads =
    heads
    .filter { snapshot.rules.dueAt($0.pending.record.blockedAt).map { $0 <= now } ?? false }
    .map { snapshot.queue.candidate(of: $0) }
    .sorted { snapshot.queue.precedes($0, $1) }

  mutating func isDueHead(_ id: DeploymentID) -> Bool { dueHeads.contains { $0.pending.id == id } }

  /// The nodes that those refused before may look at again, because what kept them is gone or is elsewhere.
  mutating func review() -> [NodeID] {
    guard memory.mustReviewReservations(of: snapshot, at: now) else { return [] }
    switch memory.reservations {
    case .none, .everything: return []
    case .slots:
      known = Reservations.none
      return snapshot.table.ids
    case .node(let old):
      let new = head.map { _ in sharedReservations() } ?? .none
      known = new
      guard case .node(let reservation) = new, reservation.isNoLooser(than: old) else { return [old.nodeID] }
      return []
    }
  }

  /// The head, when it goes before the candidate.
  mutating func head(before candidate: Candidate) -> Candidate? {
    guard let head, head.pending.id != candidate.pending.id else { return nil }
    return snapshot.queue.precedes(head, snapshot.queue.standing(of: candidate)) ? head : nil
  }

  private mutating func sharedReservations() -> Reservations {
    if let shared { return shared }
    let first = head.map { [$0.pending] } ?? []
    let reservations = backfill.reservations(
      ahead: { _ in first }, in: snapshot, evicting: evicting, now: now)
    shared = reservations
    known = reservations
    return reservations
  }

  private mutating func reservations(before candidate: Candidate) -> Reservations {
    guard head(before: candidate) != nil else { return .none }
    if backfill.depth <= 1 { return sharedReservations() }
    let ahead = snapshot.eligible(backfill.depth, before: snapshot.queue.standing(of: candidate))
    let ids = ahead.map(\.pending.id)
    if let last, last.ahead == ids { return last.reservations }
    let reservations = backfill.reservations(
      ahead: { ahead.prefix($0).map(\.pending) }, in: snapshot, evicting: evicting, now: now)
    last = (ids, reservations)
    known = reservations
    return reservations
  }

  // MARK: - Who may start

  /// On somebody who would start in a place of the queue.
  mutating func verdict(on pending: PendingDeployment, at place: Candidate, node index: Int) -> Verdict {
    switch reservations(before: place) {
    case .none: return .free
    case .everything: return .refused
    case .node(let reservation):
      guard reservation.nodeID == snapshot.table.ids[index] else { return .free }
      let node = ReservedNode(reservation, in: snapshot, now: now)
      return node?.admit(pending).map(Verdict.admitted) ?? .refused
    case .slots(let slots):
      guard slots.isUsed(index, in: snapshot.table) else { return .free }
      return slots.admit(pending, on: index, in: snapshot).map(Verdict.admitted) ?? .refused
    }
  }

  /// With which devices somebody may start who is in no queue; nil when it would be in the way of who goes before it.
  /// Shares are compared in the queue alone, so where they decide it counts as the last.
  mutating func devices(forNominee pending: PendingDeployment, at placement: Placement, node index: Int)
    -> [GPUShare]?
  {
    guard let head else { return placement.gpus }
    let rules = snapshot.rules
    let key = rules.isFair ? OrderKey.highest : rules.order.key(of: pending)
    switch verdict(
      on: pending, at: Candidate(partition: head.partition, key: key, pending: pending), node: index)
    {
    case .free: return placement.gpus
    case .admitted(let gpus): return gpus
    case .refused: return nil
    }
  }

  /// Whether nobody may be evicted there for who would start in a place of the queue.
  mutating func keeps(_ index: Int, from place: Candidate) -> Bool {
    switch reservations(before: place) {
    case .none: false
    case .everything: true
    case .node(let reservation): reservation.nodeID == snapshot.table.ids[index]
    case .slots(let slots): slots.isUsed(index, in: snapshot.table)
    }
  }

  /// The first in order that may use a node's room.
  mutating func first(on index: Int, _ ladder: CapacityLadder) -> Candidate? {
    guard let first = snapshot.first(on: index, ladder) else { return nil }
    switch reservations(before: first) {
    case .none: return first
    case .everything: return nil
    case .node(let reservation):
      guard reservation.nodeID == snapshot.table.ids[index] else { return first }
      return snapshot.first(on: ReservedNode(reservation, in: snapshot, now: now), index)
    case .slots: return firstAdmitted(from: first, on: index, ladder)
    }
  }

  private mutating func firstAdmitted(
    from candidate: Candidate, on index: Int, _ ladder: CapacityLadder
  ) -> Candidate? {
    var from = Array(repeating: OrderKey.lowest, count: snapshot.queue.partitions.count)
    var next: Candidate? = candidate
    while let candidate = next {
      if case .refused = verdict(on: candidate.pending, at: candidate, node: index) {
        from[candidate.partition] = candidate.key.next
        next = snapshot.first(on: index, ladder, from: from)
      } else {
        return candidate
      }
    }
    return nil
  }
}

extension Reservation {
  /// Whether everyone whom the other would refuse is refused by this one.
  fileprivate func isNoLooser(than other: Reservation) -> Bool {
    guard head == other.head, nodeID == other.nodeID else { return false }
    guard let start = startsAt else { return true }
    return other.startsAt.map { start <= $0 } ?? false
  }
}

extension ClusterSnapshot {
  fileprivate func first(on reserved: ReservedNode?, _ index: Int) -> Candidate? {
    guard let reserved else { return nil }
    return queue.first { partition in
      guard table.mask(queue.partitions[partition].id.conditions)?[index] ?? true else { return nil }
      return reserved.first(in: queue.partitions[partition], from: .lowest)
    }
  }
}
