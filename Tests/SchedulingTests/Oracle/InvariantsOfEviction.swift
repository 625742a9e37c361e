import Model
import Scheduling

extension Invariant {
  /// 3: a victim has lower priority, is preemptible, and is past its min_runtime.
  static let fairVictims = Invariant(name: "3 victims") { moment in
    guard case .step(let plan, let before) = moment.kind else { return }
    for preemption in plan.preemptions {
      let victim = before.deployments[preemption.victim]!
      let by = before.deployments[preemption.by]!
      try require(victim.priority < by.priority, "\(victim.id) gives way to \(by.id), which is not above it")
      try require(victim.spec.preemptible, "\(victim.id) gives way and is not preemptible")
      let start = victim.phase.liveAttempt!.startedAt
      let ran = moment.now - start
      try require(
        ran >= victim.spec.minRuntime, "\(victim.id) gives way after \(ran) of \(victim.spec.minRuntime) s")
      let skip = Double(before.policy.maxSkip)
      let wasDue = victim.blockedAt.map { $0 + skip <= start } ?? false
      try require(!wasDue || ran >= skip, "\(victim.id) was due at its start and gives way after \(ran) s")
      let lost = plan.preemptions.reduce(0) { $0 + before.work($1.victim, now: moment.now) }
      let isWorthIt = before.isDueHead(by, now: moment.now) && lost <= before.price(by, now: moment.now)
      try require(before.isUrgent(by) || isWorthIt, "\(victim.id) gives way to \(by.id) without need")
    }
  }

  /// 4: after the victims stop, the preemptor starts, on that node; no victim could be spared.
  static let noUselessEviction = Invariant(name: "4 no useless eviction") { moment in
    guard case .step(let plan, let before) = moment.kind, !plan.preemptions.isEmpty else { return }
    for by in Set(plan.preemptions.map(\.by)) {
      let victims = Set(plan.preemptions.filter { $0.by == by }.map(\.victim))
      guard let start = plan.starts.first(where: { $0.deploymentID == by }) else {
        throw BrokenInvariant(description: "\(victims) give way to \(by), which does not start")
      }
      let node = before.nodes[start.nodeID]!
      let one = before.deployments[by]!
      for victim in victims {
        let place = before.deployments[victim]!.phase.liveAttempt!.nodeID
        try require(place == node.id, "\(victim) gives way on node \(place), \(by) starts on \(node.id)")
        try require(
          !before.fits(one.spec.required, node, without: victims.subtracting([victim])),
          "\(victim) could be spared by \(by)")
      }
      let reservations = ExpectedReservations(before: one, before, now: moment.now)
      let needless = before.nodesOpen(to: one).first { !reservations.ways(for: one, on: $0).isEmpty }
      try require(needless == nil, "\(by) could start without any eviction")
    }
  }

  /// 5: a preempted deployment waits again at once, where its age puts it and with its checkpoint; and within any hour it
  /// is preempted no more often than the budget says.
  static let returns = Invariant(name: "5 returns and budget") { moment in
    guard case .step(let plan, let before) = moment.kind else { return }
    for victim in plan.preemptions.map(\.victim) {
      let old = before.deployments[victim]!
      guard let new = moment.facts.deployments[victim], new.phase == .pending else {
        throw BrokenInvariant(description: "\(victim) was preempted and does not wait")
      }
      try require(
        moment.snapshot.queue.contains { $0.pending.id == victim }, "\(victim) is not in the queue again")
      try require(
        moment.snapshot.position(of: new) == moment.facts.pending.firstIndex { $0.id == victim },
        "\(victim) does not stand where its age puts it")
      try require(
        new.createdAt == old.createdAt && new.checkpoint == old.checkpoint, "\(victim) has lost something")
      let lately = moment.facts.preemptions[victim]!.filter { moment.now - $0 < 3600 }
      try require(
        lately.count <= before.policy.budget, "\(victim) was preempted at \(lately.map(\.text))")
    }
  }
}
