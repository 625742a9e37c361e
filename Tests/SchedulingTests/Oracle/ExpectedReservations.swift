import Model

/// The promises to those before somebody in the queue, and what breaks them, by the written definition.
struct ExpectedReservations {
  enum Promise {
    case nothing
    /// Nobody passes the head.
    case everything
    /// The head is to start on this node at this time.
    case start(of: Deployment, on: Node, at: Timestamp)
    /// The node is kept for the head, as it is.
    case pin(Node, for: Deployment)
    /// Each has a slot; the head, where it has none, may have pinned a node besides.
    case slots(ExpectedProfile, pin: (node: Node, head: Deployment)?)
  }

  let facts: Facts
  let now: Timestamp
  let promise: Promise
  /// The first before that could ever start; it is why others have to wait.
  let head: Deployment?

  /// `place` is where the one stands who would start.
  init(before place: Deployment, _ facts: Facts, now: Timestamp) {
    self.facts = facts
    self.now = now
    let ahead = facts.pending.prefix { $0.id != place.id }.filter(facts.isEligible)
    head = ahead.first
    guard let head = ahead.first else {
      promise = .nothing
      return
    }
    switch facts.policy.backfill {
    case .none: promise = .everything
    case .easy: promise = Self.reservation(of: head, facts, now)
    case .conservative:
      var profile = ExpectedProfile(facts, now: now)
      for one in ahead.prefix(facts.policy.depth) { profile.reserve(one) }
      let isKept = profile.slots[head.id] == nil && facts.isDue(head, at: now)
      promise = .slots(profile, pin: isKept ? Self.pinned(for: head, facts, now).map { ($0, head) } : nil)
    }
  }

  private static func reservation(of head: Deployment, _ facts: Facts, _ now: Timestamp) -> Promise {
    let demand = head.spec.required
    var best: (node: Node, time: Timestamp)?
    for node in facts.nodesOpen(to: head) {
      let ends = facts.running(on: node.id).compactMap { facts.knownEnd($0.deployment, now: now) }
      let times = ([now] + ends).sorted()
      let fitting = times.first { time in
        // For the moment itself nothing is counted as gone that still runs, unless it ends in it.
        facts.fits(demand, facts.free(node, at: time, now: now))
      }
      guard let time = fitting, best.map({ time < $0.time }) ?? true else { continue }
      best = (node, time)
    }
    if let best { return .start(of: head, on: best.node, at: best.time) }
    guard facts.isDue(head, at: now), let node = pinned(for: head, facts, now) else { return .nothing }
    return .pin(node, for: head)
  }

  /// The node where the least age has to go for it, besides those it may have evicted; none while that is too much.
  /// Where something has to go that began in this epoch, others are better.
  private static func pinned(for head: Deployment, _ facts: Facts, _ now: Timestamp) -> Node? {
    let epoch = facts.pinEpochs(of: head).last { $0 <= now } ?? now
    func age(_ node: Node, since: Timestamp?) -> Int? {
      let running = facts.running(on: node.id).filter { one in
        since.map { one.attempt.startedAt <= $0 } ?? true
      }
      func age(_ attempt: Attempt) -> Int { now.milliseconds - attempt.startedAt.milliseconds }
      let evictable = facts.evictable(for: head, on: node, now: now)
      return ([0] + running.map { age($0.attempt) }).sorted().first { limit in
        let young = running.filter { age($0.attempt) <= limit }.map(\.deployment.id)
        return facts.fits(head.spec.required, node, without: Set(evictable + young))
      }
    }
    let offers = facts.nodesOpen(to: head).compactMap { node in
      age(node, since: epoch).map { (late: 0, age: $0, node: node) }
        ?? age(node, since: nil).map { (late: 1, age: $0, node: node) }
    }
    let best = offers.min { ($0.late, $0.age, $0.node.id) < ($1.late, $1.age, $1.node.id) }
    guard let best, best.age <= 4 * (now.milliseconds - head.createdAt.milliseconds) else { return nil }
    return best.node
  }

  // MARK: - What breaks it

  /// What each device has left for somebody who starts there now and stays as long as it may.
  func devices(for one: Deployment, on node: Node) -> [Int] {
    let free = facts.free(node).gpus
    guard case .slots(let profile, _) = promise else { return free }
    return zip(free, profile.free(node, from: now, length: one.spec.maxDuration).gpus).map { min($0, $1) }
  }

  /// Every way in which somebody can start on a node now, in nobody's way.
  func ways(for one: Deployment, on node: Node) -> [[GPUShare]] {
    let demand = one.spec.required
    let free = facts.free(node)
    guard demand.cpu.value <= free.cpu, demand.ram.value <= free.ram else { return [] }
    return facts.assignments(demand.gpu.value, free.gpus).filter { !breaks(one, node, $0) }
  }

  private func breaks(_ one: Deployment, _ node: Node, _ shares: [GPUShare]) -> Bool {
    switch promise {
    case .nothing: return false
    case .everything: return true
    case .start(let head, let reserved, let time):
      guard reserved.id == node.id else { return false }
      if let length = one.spec.maxDuration, now + length <= time { return false }
      var later = facts.free(node, at: time, now: now)
      later.take(one.spec.required, shares)
      return !facts.fits(head.spec.required, later)
    case .pin(let pinned, let head): return pinned.id == node.id && takes(from: head, one, node, shares)
    case .slots(let profile, let pin):
      if let pin, pin.node.id == node.id, takes(from: pin.head, one, node, shares) { return true }
      return !profile.holds(one, on: node, shares, from: now)
    }
  }

  /// Whether it takes of what the head lacks on a node, or leaves it less than it needs.
  private func takes(from head: Deployment, _ one: Deployment, _ node: Node, _ shares: [GPUShare]) -> Bool {
    let (kept, taken) = (head.spec.required, one.spec.required)
    var after = facts.free(node)
    after.take(taken, shares)
    if taken.cpu > .zero, after.cpu < kept.cpu.value { return true }
    if taken.ram > .zero, after.ram < kept.ram.value { return true }
    return taken.gpu > .zero && facts.assignments(kept.gpu.value, after.gpus).isEmpty
  }

  /// Whether nobody is evicted on a node but for those before.
  func keeps(_ node: Node) -> Bool {
    switch promise {
    case .nothing: false
    case .everything: true
    case .start(_, let reserved, _), .pin(let reserved, _): reserved.id == node.id
    case .slots(let profile, let pin):
      pin?.node.id == node.id || profile.slots.values.contains { $0.node == node.id }
    }
  }
}
