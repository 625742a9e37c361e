import Model

/// The claims of one plan: worked out when somebody is first in their way, and kept.
struct ClaimBoard {
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
  /// The same for all who come after the head, unless they have claims on each other.
  private var shared: Claims?
  /// Those of the last who was looked at, and who was ahead: of everyone beyond the depth they are the same.
  private var last: (ahead: [DeploymentID], claims: Claims)?
  /// What was worked out; nil when nothing was.
  private(set) var known: Claims?

  init(_ snapshot: ClusterSnapshot, _ parts: StrategyParts, now: Timestamp) {
    self.snapshot = snapshot
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
    .filter { snapshot.rules.dueAt($0.waiting.record.blockedAt).map { $0 <= now } ?? false }
    .map { snapshot.queue.trial(of: $0) }
    .sorted { snapshot.queue.precedes($0, $1) }

  mutating func isDueHead(_ id: DeploymentID) -> Bool { dueHeads.contains { $0.waiting.id == id } }

  /// When time alone could make room.
  var wakeAt: Timestamp? { (known ?? snapshot.news.claims).holdUntil.map { $0 + 0.001 } }

  /// The nodes that those refused before may look at again, because what kept them is gone or is elsewhere.
  mutating func review() -> [NodeID] {
    guard snapshot.mustReviewClaims(at: now) else { return [] }
    switch snapshot.news.claims {
    case .none, .everything: return []
    case .slots:
      known = Claims.none
      return snapshot.table.ids
    case .node(let old):
      let new = head.map { _ in sharedClaims() } ?? .none
      known = new
      guard case .node(let reservation) = new, reservation.isNoLooser(than: old) else { return [old.nodeID] }
      return []
    }
  }

  /// The head, when it goes before the candidate.
  mutating func head(before candidate: Candidate) -> Candidate? {
    guard let head, head.waiting.id != candidate.waiting.id else { return nil }
    return snapshot.queue.precedes(head, snapshot.queue.standing(of: candidate)) ? head : nil
  }

  private mutating func sharedClaims() -> Claims {
    if let shared { return shared }
    let first = head.map { [$0.waiting] } ?? []
    let claims = backfill.claims(ahead: { _ in first }, in: snapshot, evicting: evicting, now: now)
    shared = claims
    known = claims
    return claims
  }

  private mutating func claims(before candidate: Candidate) -> Claims {
    guard head(before: candidate) != nil else { return .none }
    if backfill.depth <= 1 { return sharedClaims() }
    let ahead = snapshot.eligible(backfill.depth, before: snapshot.queue.standing(of: candidate))
    let ids = ahead.map(\.waiting.id)
    if let last, last.ahead == ids { return last.claims }
    let claims = backfill.claims(
      ahead: { ahead.prefix($0).map(\.waiting) }, in: snapshot, evicting: evicting, now: now)
    last = (ids, claims)
    known = claims
    return claims
  }

  // MARK: - Who may start

  /// On somebody who would start in a place of the queue.
  mutating func verdict(on waiting: Waiting, at place: Candidate, node index: Int) -> Verdict {
    switch claims(before: place) {
    case .none: return .free
    case .everything: return .refused
    case .node(let reservation):
      guard reservation.nodeID == snapshot.table.ids[index] else { return .free }
      let node = ReservedNode(reservation, in: snapshot, now: now)
      return node?.admit(waiting).map(Verdict.admitted) ?? .refused
    case .slots(let slots):
      guard slots.isUsed(index, in: snapshot.table) else { return .free }
      return slots.admit(waiting, on: index, in: snapshot).map(Verdict.admitted) ?? .refused
    }
  }

  /// With which devices somebody may start who is in no queue; nil when it would be in the way of who goes before it.
  /// Shares are compared in the queue alone, so where they decide it counts as the last.
  mutating func devices(forClaimant waiting: Waiting, at spot: Spot, node index: Int) -> [GPUShare]? {
    guard let head else { return spot.gpus }
    let rules = snapshot.rules
    let key = rules.isFair ? OrderKey.highest : rules.order.key(of: waiting)
    switch verdict(on: waiting, at: Candidate(lane: head.lane, key: key, waiting: waiting), node: index) {
    case .free: return spot.gpus
    case .admitted(let gpus): return gpus
    case .refused: return nil
    }
  }

  /// Whether nobody may be evicted there for who would start in a place of the queue.
  mutating func keeps(_ index: Int, from place: Candidate) -> Bool {
    switch claims(before: place) {
    case .none: false
    case .everything: true
    case .node(let reservation): reservation.nodeID == snapshot.table.ids[index]
    case .slots(let slots): slots.isUsed(index, in: snapshot.table)
    }
  }

  /// The first in order that may use a node's room.
  mutating func first(on index: Int, _ ladder: RoomLadder) -> Candidate? {
    guard let first = snapshot.first(on: index, ladder) else { return nil }
    switch claims(before: first) {
    case .none: return first
    case .everything: return nil
    case .node(let reservation):
      guard reservation.nodeID == snapshot.table.ids[index] else { return first }
      return snapshot.first(on: ReservedNode(reservation, in: snapshot, now: now), index)
    case .slots: return firstAdmitted(from: first, on: index, ladder)
    }
  }

  private mutating func firstAdmitted(
    from candidate: Candidate, on index: Int, _ ladder: RoomLadder
  ) -> Candidate? {
    var from = Array(repeating: OrderKey.lowest, count: snapshot.queue.lanes.count)
    var next: Candidate? = candidate
    while let candidate = next {
      if case .refused = verdict(on: candidate.waiting, at: candidate, node: index) {
        from[candidate.lane] = candidate.key.next
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
  func mustReviewClaims(at now: Timestamp) -> Bool {
    news.areClaimsInDoubt || (news.claims.holdUntil.map { $0 < now } ?? false)
  }

  fileprivate func first(on reserved: ReservedNode?, _ index: Int) -> Candidate? {
    guard let reserved else { return nil }
    return queue.first { lane in
      guard table.mask(queue.lanes[lane].id.conditions)?[index] ?? true else { return nil }
      return reserved.first(in: queue.lanes[lane], from: .lowest)
    }
  }

  /// The first that could ever start, of each `where`; in the queue's own order.
  var heads: [Candidate] {
    guard queue.hasConditions else { return eligible(1) }
    let groups = Dictionary(grouping: queue.lanes.indices) { queue.lanes[$0].id.conditions }
    return groups.values.compactMap { eligible(1, of: $0).first }.sorted { queue.precedes($0, $1) }
  }

  /// The first so many in the queue's own order, before a place in it, that could ever start on the open nodes.
  func eligible(_ count: Int, before limit: Candidate? = nil, of lanes: [Int]? = nil) -> [Candidate] {
    var found: [Candidate] = []
    var from = Array(repeating: OrderKey.lowest, count: queue.lanes.count)
    while found.count < count,
      let next = queue.first(of: lanes, { queue.lanes[$0].main.first(from: from[$0]) })
    {
      if let limit, !queue.precedes(next, limit) { break }
      from[next.lane] = next.key.next
      if isEligible(next) { found.append(next) }
    }
    return found
  }

  private func isEligible(_ candidate: Candidate) -> Bool {
    let lane = queue.lanes[candidate.lane]
    guard lane.allows(candidate.waiting.need) else { return false }
    let choice = NodeChoice(table.mask(lane.id.conditions))
    return table.nodes.indices.contains { index in
      choice.allows(index) && table.nodes[index].isOpen
        && Room(empty: table.nodes[index].node.capacity).holds(candidate.waiting.need)
    }
  }
}
