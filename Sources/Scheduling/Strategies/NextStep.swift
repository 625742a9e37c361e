import Model

/// Finds who starts next, given what is new: in order, whoever fits or may preempt.
struct NextStep {
  private struct Step {
    let entry: WaitingQueue.Entry
    let spot: Spot
    let victims: [DeploymentID]
  }

  let snapshot: ClusterSnapshot
  let now: Timestamp
  let placement: any PlacementPolicy
  let preemption: any PreemptionPolicy
  private var progress = Plan.Progress()
  private var failed = FailedNeeds()

  init(
    snapshot: ClusterSnapshot, now: Timestamp, placement: any PlacementPolicy,
    preemption: any PreemptionPolicy
  ) {
    self.snapshot = snapshot
    self.now = now
    self.placement = placement
    self.preemption = preemption
  }

  /// Nil when nobody who waits can start.
  mutating func find() -> Plan? {
    var released = firstForReleased()
    var untried = snapshot.firstUntried(from: .lowest)
    while true {
      let isReleased = untried.map { entry in released.map { $0.key <= entry.key } ?? false } ?? true
      guard let entry = isReleased ? released : untried else { return nil }
      if let step = decide(entry) {
        progress.triedBefore = entry.key
        return plan(step)
      }
      if isReleased { released = nil }
      if entry.key == untried?.key { untried = snapshot.firstUntried(from: entry.key.next) }
    }
  }

  private func plan(_ step: Step) -> Plan {
    let id = step.entry.waiting.id
    var plan = Plan(
      starts: [.init(deploymentID: id, nodeID: step.spot.nodeID, gpus: step.spot.gpus)],
      preemptions: step.victims.map { .init(victim: $0, by: id) })
    plan.progress = progress
    return plan
  }

  /// The first in order that can use a released node; notes the nodes that nobody can use.
  private mutating func firstForReleased() -> WaitingQueue.Entry? {
    var first: WaitingQueue.Entry?
    for id in snapshot.news.released {
      guard let node = snapshot[id], node.isOpen,
        let entry = snapshot.queue.first(fitting: preemption.ladder(of: node))
      else {
        progress.settled.append(id)
        continue
      }
      if first.map({ entry.key < $0.key }) ?? true { first = entry }
    }
    return first
  }

  /// Who starts: the deployment, or one that would evict it at once if it did.
  ///
  /// A start that is undone in the same instant serves nobody, so where an older deployment of lower priority is first
  /// in order but would give way at once, the one it would give way to goes first.
  private mutating func decide(_ entry: WaitingQueue.Entry) -> Step? {
    guard var step = step(for: entry) else { return nil }
    while let rival = rival(of: step, from: entry), let better = self.step(for: rival) { step = better }
    return step
  }

  /// The first such one. None comes before `entry`: it is the first of the untried and of those who can use a released
  /// node, and all others were refused everywhere.
  private func rival(of step: Step, from entry: WaitingQueue.Entry) -> WaitingQueue.Entry? {
    guard preemption.givesWayAtOnce(step.entry.waiting), snapshot.news.isMore(than: step.entry.key),
      let node = snapshot[step.spot.nodeID]
    else { return nil }
    return snapshot.queue.first(
      fitting: preemption.ladder(of: node), above: step.entry.waiting.priority, from: entry.key)
  }

  private mutating func step(for entry: WaitingQueue.Entry) -> Step? {
    let waiting = entry.waiting
    if failed.covers(waiting) { return nil }
    if let spot = placement.place(waiting.need, in: snapshot) {
      return Step(entry: entry, spot: spot, victims: [])
    }
    if let eviction = preemption.eviction(for: waiting, in: snapshot, now: now) {
      return Step(entry: entry, spot: eviction.spot, victims: eviction.victims)
    }
    failed.add(waiting)
    return nil
  }
}

/// Needs that found no room in this plan: who asks no less with no more priority finds none either.
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
  /// The first in order that was not tried since it joined, from a key on.
  func firstUntried(from key: OrderKey) -> WaitingQueue.Entry? {
    let named = news.untried.first { $0 >= key }.flatMap { key in queue[key].map { (key, $0) } }
    guard let from = news.untriedFrom, let next = queue.first(from: Swift.max(from, key)) else {
      return named
    }
    guard let named, named.0 < next.key else { return next }
    return named
  }
}
