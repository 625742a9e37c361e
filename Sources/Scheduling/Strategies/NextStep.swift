import Model

/// The search for who starts next, given what is new: in order, whoever fits or may preempt, and is in nobody's way.
struct NextStep {
  private struct Step {
    let candidate: Candidate
    let placement: Placement
    let victims: [DeploymentID]
    /// True when the place is still to be cleared by agents.
    var isNomination = false
  }

  private let snapshot: ClusterSnapshot
  private let now: Timestamp
  private let parts: StrategyParts
  private var reservations: PlanReservations
  private(set) var memory: PlanMemory
  private var failed = FailedDemands()
  /// By partition: everything untried before it was tried.
  private var cursors: [OrderKey]
  private lazy var widest = snapshot.widestLadder

  init(_ snapshot: ClusterSnapshot, _ parts: StrategyParts, _ memory: PlanMemory, now: Timestamp) {
    self.snapshot = snapshot
    self.now = now
    self.parts = parts
    self.memory = memory
    self.memory.evictionAt = nil
    reservations = PlanReservations(snapshot, parts, after: memory, now: now)
    cursors = Array(repeating: .lowest, count: snapshot.queue.partitions.count)
  }

  /// A step; empty when nobody who waits can start.
  mutating func find() -> Plan {
    let freed = reservations.review()
    memory.progress.freed = freed
    let released = snapshot.dirty.released
    return find(released: released + freed.filter { !released.contains($0) })
  }

  private mutating func find(released nodes: [NodeID]) -> Plan {
    if let head = reservations.headOutOfLine, let plan = attempt(head) { return plan }
    if reservations.isHeadOnly { return finish(nodes) }
    var released = firstForReleased(nodes)
    var untried = nextUntried()
    var due = parts.preemption.evicts ? reservations.dueHeads : []
    while let candidate = first(first(released, untried), due.first) {
      if let plan = attempt(candidate) { return plan }
      let id = candidate.pending.id
      if id == released?.pending.id { released = nil }
      if id == due.first?.pending.id { due.removeFirst() }
      if id == untried?.pending.id {
        cursors[candidate.partition] = candidate.key.next
        untried = nextUntried()
      }
    }
    return finish(nodes)
  }

  private func first(_ a: Candidate?, _ b: Candidate?) -> Candidate? {
    guard let a, let b else { return a ?? b }
    return Self.isFirst(a, before: b, snapshot.queue) ? a : b
  }

  private static func isFirst(_ a: Candidate?, before b: Candidate?, _ queue: PendingQueue) -> Bool {
    guard let b else { return true }
    guard let a else { return false }
    return a.pending.id == b.pending.id || queue.precedes(a, b)
  }

  private mutating func nextUntried() -> Candidate? {
    let queue = snapshot.queue
    return queue.first { partition in
      guard queue.partitions[partition].hasUntried else { return nil }
      return queue.partitions[partition].firstUntried(from: cursors[partition], widest: { widest })
    }
  }

  /// The first in order that can use a released node; notes the nodes that nobody can use.
  private mutating func firstForReleased(_ nodes: [NodeID]) -> Candidate? {
    var first: Candidate?
    for id in nodes {
      guard let index = snapshot.table.index(of: id), snapshot.table.nodes[index].isOpen,
        let candidate = reservations.first(
          on: index, parts.preemption.ladder(of: snapshot.table.nodes[index]))
      else {
        memory.progress.settled.append(id)
        continue
      }
      if Self.isFirst(candidate, before: first, snapshot.queue) { first = candidate }
    }
    return first
  }

  // MARK: - One candidate

  private mutating func attempt(_ candidate: Candidate) -> Plan? {
    guard let step = decide(candidate) else { return nil }
    let id = step.candidate.pending.id
    var plan = Plan(preemptions: step.victims.map { .init(victim: $0, by: id) })
    let start = Plan.Start(deploymentID: id, nodeID: step.placement.nodeID, gpus: step.placement.gpus)
    if step.isNomination { plan.nominations = [start] } else { plan.starts = [start] }
    rememberReservations()
    // Those before the candidate were tried; under another order of trying, the head came out of line.
    if reservations.headOutOfLine?.pending.id != candidate.pending.id {
      memory.progress.tried = cursors(before: candidate)
    }
    return plan
  }

  private mutating func rememberReservations() {
    guard let known = reservations.known else { return }
    memory.reservations = known
    memory.progress.hasReservations = true
  }

  private func cursors(before candidate: Candidate) -> [OrderKey] {
    let queue = snapshot.queue
    return queue.partitions.indices.map { partition in
      let (rank, own) = (queue.partitions[partition].rank, queue.partitions[candidate.partition].rank)
      if rank == own { return candidate.key }
      return rank < own ? .highest : .lowest
    }
  }

  /// All were tried that could be.
  private mutating func finish(_ nodes: [NodeID]) -> Plan {
    var plan = Plan()
    plan.blocked = reservations.heads.map(\.pending).filter { $0.record.blockedAt == nil }.map(\.id)
    memory.progress.tried = Array(repeating: .highest, count: cursors.count)
    memory.progress.settled = nodes
    rememberReservations()
    if parts.preemption.evicts {
      let dueAt = reservations.heads.map(\.pending)
        .filter { parts.preemption.right(of: $0, isDueHead: true) == .worthIt }
        .compactMap { snapshot.rules.dueAt($0.record.blockedAt) }
      let next = dueAt.filter { $0 > now }.min()
      memory.evictionAt = [memory.evictionAt, next].compactMap(\.self).min()
    }
    plan.wakeAt = memory.wakeAt
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
    let pending = step.candidate.pending
    guard let urgent = parts.preemption.urgentFrom,
      snapshot.rules.evictableFrom(pending.record, startedAt: now).map({ $0 <= now }) ?? false,
      (snapshot.queue.highestPriority ?? pending.priority) > pending.priority,
      let index = snapshot.table.index(of: step.placement.nodeID)
    else { return nil }
    let ladder = parts.preemption.ladder(of: snapshot.table.nodes[index])
    var from = Array(repeating: OrderKey.lowest, count: snapshot.queue.partitions.count)
    let floor = max(pending.priority, urgent - 1)
    while let rival = snapshot.first(on: index, ladder, above: floor, from: from) {
      if let better = self.step(for: rival, at: place) { return better }
      from[rival.partition] = rival.key.next
    }
    return nil
  }

  private mutating func step(for candidate: Candidate, at place: Candidate) -> Step? {
    let pending = candidate.pending
    guard snapshot.queue.partitions[candidate.partition].allows(pending.demand),
      !failed.covers(pending) || reservations.isDueHead(pending.id)
    else { return nil }
    var choice = NodeChoice(snapshot.table.mask(pending.spec.conditions))
    while let placement = parts.placement.place(PlacementRequest(pending), among: choice, in: snapshot) {
      guard let index = snapshot.table.index(of: placement.nodeID) else { return nil }
      switch reservations.verdict(on: pending, at: place, node: index) {
      case .free: return Step(candidate: candidate, placement: placement, victims: [])
      case .admitted(let gpus):
        return Step(
          candidate: candidate, placement: Placement(nodeID: placement.nodeID, gpus: gpus), victims: [])
      case .refused: choice.exclude(index, of: snapshot.table.nodes.count)
      }
    }
    return eviction(for: candidate, at: place, among: choice)
  }

  private mutating func eviction(
    for candidate: Candidate, at place: Candidate, among choice: NodeChoice
  ) -> Step? {
    let pending = candidate.pending
    let right = parts.preemption.right(of: pending, isDueHead: reservations.isDueHead(pending.id))
    var choice = choice
    while right != .none {
      let answer = parts.preemption.eviction(for: pending, right, among: choice, in: snapshot, now: now)
      switch answer {
      case .refused(let at):
        memory.evictionAt = [memory.evictionAt, at].compactMap(\.self).min()
        if choice.isAll { failed.add(pending) }
        return nil
      case .found(let eviction):
        guard let index = snapshot.table.index(of: eviction.placement.nodeID) else { return nil }
        guard reservations.keeps(index, from: place) else {
          return Step(
            candidate: candidate, placement: eviction.placement, victims: eviction.victims,
            isNomination: snapshot.table.nodes[index].node.managed)
        }
        choice.exclude(index, of: snapshot.table.nodes.count)
      }
    }
    if choice.isAll { failed.add(pending) }
    return nil
  }
}
