import Model

/// Finds who starts next, given what is new: in order, whoever fits or may preempt, and is in nobody's way.
struct NextStep {
  private struct Step {
    let candidate: Candidate
    let spot: Spot
    let victims: [DeploymentID]
    /// True when the place is still to be cleared by agents.
    var isClaim = false
  }

  private let snapshot: ClusterSnapshot
  private let now: Timestamp
  private let parts: StrategyParts
  private var claims: ClaimBoard
  private var progress = Plan.Progress()
  private var failed = FailedNeeds()
  /// By lane: everything untried before it was tried.
  private var cursors: [OrderKey]
  private lazy var widest = snapshot.widestLadder

  init(_ snapshot: ClusterSnapshot, _ parts: StrategyParts, now: Timestamp) {
    self.snapshot = snapshot
    self.now = now
    self.parts = parts
    claims = ClaimBoard(snapshot, parts, now: now)
    cursors = Array(repeating: .lowest, count: snapshot.queue.lanes.count)
  }

  /// A step; empty when nobody who waits can start.
  mutating func find() -> Plan {
    progress.freed = claims.review()
    let released = snapshot.news.released
    return find(released: released + progress.freed.filter { !released.contains($0) })
  }

  private mutating func find(released nodes: [NodeID]) -> Plan {
    if let head = claims.headOutOfLine, let plan = attempt(head) { return plan }
    if claims.isHeadOnly { return finish(nodes) }
    var released = firstForReleased(nodes)
    var untried = nextUntried()
    var due = parts.preemption.evicts ? claims.dueHeads : []
    while let candidate = first(first(released, untried), due.first) {
      if let plan = attempt(candidate) { return plan }
      let id = candidate.waiting.id
      if id == released?.waiting.id { released = nil }
      if id == due.first?.waiting.id { due.removeFirst() }
      if id == untried?.waiting.id {
        cursors[candidate.lane] = candidate.key.next
        untried = nextUntried()
      }
    }
    return finish(nodes)
  }

  private func first(_ a: Candidate?, _ b: Candidate?) -> Candidate? {
    guard let a, let b else { return a ?? b }
    return Self.isFirst(a, before: b, snapshot.queue) ? a : b
  }

  private static func isFirst(_ a: Candidate?, before b: Candidate?, _ queue: WaitingQueue) -> Bool {
    guard let b else { return true }
    guard let a else { return false }
    return a.waiting.id == b.waiting.id || queue.precedes(a, b)
  }

  private mutating func nextUntried() -> Candidate? {
    let queue = snapshot.queue
    return queue.first { lane in
      guard queue.lanes[lane].hasUntried else { return nil }
      return queue.lanes[lane].firstUntried(from: cursors[lane], widest: { widest })
    }
  }

  /// The first in order that can use a released node; notes the nodes that nobody can use.
  private mutating func firstForReleased(_ nodes: [NodeID]) -> Candidate? {
    var first: Candidate?
    for id in nodes {
      guard let index = snapshot.table.index(of: id), snapshot.table.nodes[index].isOpen,
        let candidate = claims.first(on: index, parts.preemption.ladder(of: snapshot.table.nodes[index]))
      else {
        progress.settled.append(id)
        continue
      }
      if Self.isFirst(candidate, before: first, snapshot.queue) { first = candidate }
    }
    return first
  }

  // MARK: - One candidate

  private mutating func attempt(_ candidate: Candidate) -> Plan? {
    guard let step = decide(candidate) else { return nil }
    let id = step.candidate.waiting.id
    var plan = Plan(preemptions: step.victims.map { .init(victim: $0, by: id) })
    let start = Plan.Start(deploymentID: id, nodeID: step.spot.nodeID, gpus: step.spot.gpus)
    if step.isClaim { plan.claims = [start] } else { plan.starts = [start] }
    progress.claims = claims.known
    // Those before the candidate were tried; under another order of trying, the head came out of line.
    if claims.headOutOfLine?.waiting.id != candidate.waiting.id {
      progress.tried = cursors(before: candidate)
    }
    plan.progress = progress
    return plan
  }

  private func cursors(before candidate: Candidate) -> [OrderKey] {
    let queue = snapshot.queue
    return queue.lanes.indices.map { lane in
      let (rank, own) = (queue.lanes[lane].rank, queue.lanes[candidate.lane].rank)
      if rank == own { return candidate.key }
      return rank < own ? .highest : .lowest
    }
  }

  /// All were tried that could be.
  private mutating func finish(_ nodes: [NodeID]) -> Plan {
    var plan = Plan()
    plan.blocked = claims.heads.map(\.waiting).filter { $0.record.blockedAt == nil }.map(\.id)
    progress.tried = Array(repeating: .highest, count: cursors.count)
    progress.settled = nodes
    progress.claims = claims.known
    if parts.preemption.evicts {
      let dueAt = claims.heads.map(\.waiting)
        .filter { parts.preemption.right(of: $0, isDueHead: true) == .worthIt }
        .compactMap { snapshot.rules.dueAt($0.record.blockedAt) }
      let next = dueAt.filter { $0 > now }.min()
      progress.evictionAt = [progress.evictionAt, next].compactMap(\.self).min()
    }
    plan.progress = progress
    plan.wakeAt = [claims.wakeAt, progress.evictionAt].compactMap(\.self).min()
    return plan
  }

  /// Who starts: the deployment, or one that would evict it at once if it did.
  ///
  /// A start that is undone in the same instant serves nobody, so where an older deployment of lower priority is first
  /// in order but would give way at once, the one it would give way to goes first.
  private mutating func decide(_ candidate: Candidate) -> Step? {
    guard var step = step(for: candidate, at: candidate) else { return nil }
    while let better = rivalStep(of: step, at: candidate) { step = better }
    return step
  }

  /// It stands where the candidate does: those between the two were not tried.
  private mutating func rivalStep(of step: Step, at place: Candidate) -> Step? {
    let waiting = step.candidate.waiting
    guard let urgent = parts.preemption.urgentFrom,
      snapshot.rules.evictableFrom(waiting.record, startedAt: now).map({ $0 <= now }) ?? false,
      (snapshot.queue.highestPriority ?? waiting.priority) > waiting.priority,
      let index = snapshot.table.index(of: step.spot.nodeID)
    else { return nil }
    let ladder = parts.preemption.ladder(of: snapshot.table.nodes[index])
    var from = Array(repeating: OrderKey.lowest, count: snapshot.queue.lanes.count)
    let floor = max(waiting.priority, urgent - 1)
    while let rival = snapshot.first(on: index, ladder, above: floor, from: from) {
      if let better = self.step(for: rival, at: place) { return better }
      from[rival.lane] = rival.key.next
    }
    return nil
  }

  private mutating func step(for candidate: Candidate, at place: Candidate) -> Step? {
    let waiting = candidate.waiting
    guard snapshot.queue.lanes[candidate.lane].allows(waiting.need),
      !failed.covers(waiting) || claims.isDueHead(waiting.id)
    else { return nil }
    var choice = NodeChoice(snapshot.table.mask(waiting.spec.conditions))
    while let spot = parts.placement.place(PlacementRequest(waiting), among: choice, in: snapshot) {
      guard let index = snapshot.table.index(of: spot.nodeID) else { return nil }
      switch claims.verdict(on: waiting, at: place, node: index) {
      case .free: return Step(candidate: candidate, spot: spot, victims: [])
      case .admitted(let gpus):
        return Step(candidate: candidate, spot: Spot(nodeID: spot.nodeID, gpus: gpus), victims: [])
      case .refused: choice.exclude(index, of: snapshot.table.nodes.count)
      }
    }
    return eviction(for: candidate, at: place, among: choice)
  }

  private mutating func eviction(
    for candidate: Candidate, at place: Candidate, among choice: NodeChoice
  ) -> Step? {
    let waiting = candidate.waiting
    let right = parts.preemption.right(of: waiting, isDueHead: claims.isDueHead(waiting.id))
    var choice = choice
    while right != .none {
      let answer = parts.preemption.eviction(for: waiting, right, among: choice, in: snapshot, now: now)
      switch answer {
      case .refused(let at):
        progress.evictionAt = [progress.evictionAt, at].compactMap(\.self).min()
        if choice.isAll { failed.add(waiting) }
        return nil
      case .found(let eviction):
        guard let index = snapshot.table.index(of: eviction.spot.nodeID) else { return nil }
        guard claims.keeps(index, from: place) else {
          return Step(
            candidate: candidate, spot: eviction.spot, victims: eviction.victims,
            isClaim: snapshot.table.nodes[index].node.managed)
        }
        choice.exclude(index, of: snapshot.table.nodes.count)
      }
    }
    if choice.isAll { failed.add(waiting) }
    return nil
  }
}

/// Needs that found no room in this plan: who asks no less with no more priority finds none either, unless it may have
/// others evicted as the head of the queue.
private struct FailedNeeds {
  private static let limit = 16
  private var known: [(need: Resources, priority: Int)] = []
  private var next = 0

  func covers(_ waiting: Waiting) -> Bool {
    known.contains { $0.need.fits(in: waiting.need) && waiting.priority <= $0.priority }
  }

  mutating func add(_ waiting: Waiting) {
    if known.count < Self.limit {
      known.append((waiting.need, waiting.priority))
    } else {
      known[next] = (waiting.need, waiting.priority)
      next = (next + 1) % Self.limit
    }
  }
}

extension ClusterSnapshot {
  /// The first in order, of each lane from a key on, that could use the room of a node.
  func first(on index: Int, _ ladder: RoomLadder, above floor: Int? = nil, from: [OrderKey]? = nil)
    -> Candidate?
  {
    queue.first { lane in
      let lanes = queue.lanes
      guard table.mask(lanes[lane].id.conditions)?[index] ?? true else { return nil }
      return lanes[lane].scan.first(
        fitting: lanes[lane].capped(ladder), above: floor, from: from?[lane] ?? .lowest)
    }
  }

  /// No open node has more room, nor more that could be made on it for a priority.
  var widestLadder: RoomLadder {
    var base = Room.closed
    var top = Room.closed
    var lowest = Int.max
    for index in table.rooms.indices {
      base.formUnion(table.rooms[index].room)
      top.formUnion(table.reaches[index].upperRoom)
      lowest = min(lowest, table.reaches[index].lowestEvictable)
    }
    var ladder = RoomLadder(base: base)
    if lowest < .max { ladder.append(above: lowest, room: top) }
    return ladder
  }
}
