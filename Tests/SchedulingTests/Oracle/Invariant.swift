import Model
import Scheduling

/// A point of a case at which the invariants are looked at.
struct Moment {
  enum Kind {
    /// A plan has just been applied to what was there before.
    case step(Plan, before: Facts)
    /// The strategy wants nothing more.
    case settled(wakeAt: Timestamp?, strategy: any Strategy)
  }

  let kind: Kind
  let facts: Facts
  let snapshot: ClusterSnapshot
  let now: Timestamp
}

/// Something that has to hold at every moment; throws `Violation` where it does not.
struct Invariant: Sendable {
  let name: String
  let check: @Sendable (Moment) throws -> Void

  private static func require(_ holds: Bool, _ text: @autoclosure () -> String) throws {
    if !holds { throw Violation(description: text()) }
  }

  static let all = [
    capacity, workConservation, fairVictims, noUselessEviction, reasons, expectedStep, wakeUps,
  ]

  /// 1: used is the sum of live allocations, per device, node and cluster, and never above capacity.
  static let capacity = Invariant(name: "1 capacity") { moment in
    var sum = Resources.zero
    for node in moment.facts.nodes.values {
      let free = moment.facts.free(node)
      try require(
        free.cpu >= 0 && free.ram >= 0 && free.gpus.allSatisfy { $0 >= 0 },
        "node \(node.id) holds more than it has: \(free) is left")
      let used = moment.facts.running(on: node.id).reduce(Resources.zero) { $0 + $1.deployment.spec.required }
      try require(moment.snapshot[node.id]?.used == used, "node \(node.id) says other than \(used) is used")
      try require(
        moment.snapshot[node.id]?.devices.free.map(\.value) == free.gpus,
        "node \(node.id) says other than \(free.gpus) is free on its devices")
      sum += used
    }
    try require(moment.snapshot.used == sum, "the cluster says \(moment.snapshot.used) is used, not \(sum)")
    for deployment in moment.facts.deployments.values {
      guard let attempt = deployment.phase.liveAttempt else { continue }
      try require(
        attempt.gpus.reduce(.zero, { $0 + $1.share }) == deployment.spec.required.gpu
          && attempt.gpus.filter { $0.share < .one }.count <= 1,
        "\(deployment.id) holds \(attempt.gpus)")
    }
  }

  /// 2: no deployment waits that could start now.
  static let workConservation = Invariant(name: "2 work conservation") { moment in
    guard case .settled = moment.kind, !moment.facts.paused else { return }
    for deployment in moment.facts.waiting {
      for node in moment.facts.openNodes {
        try require(
          !moment.facts.fits(deployment.spec.required, node),
          "\(deployment.id) waits and would fit node \(node.id)")
      }
    }
  }

  /// 3: a victim has lower priority, is preemptible, and is past its min_runtime.
  static let fairVictims = Invariant(name: "3 victims") { moment in
    guard case .step(let plan, let before) = moment.kind else { return }
    for preemption in plan.preemptions {
      let victim = before.deployments[preemption.victim]!
      let by = before.deployments[preemption.by]!
      try require(victim.priority < by.priority, "\(victim.id) gives way to \(by.id), which is not above it")
      try require(victim.spec.preemptible, "\(victim.id) gives way and is not preemptible")
      let ran = moment.now - victim.phase.liveAttempt!.startedAt
      try require(
        ran >= victim.spec.minRuntime, "\(victim.id) gives way after \(ran) of \(victim.spec.minRuntime) s")
    }
  }

  /// 4: after the victims stop, the preemptor starts on that node, and no victim could be spared.
  static let noUselessEviction = Invariant(name: "4 no useless eviction") { moment in
    guard case .step(let plan, let before) = moment.kind, !plan.preemptions.isEmpty else { return }
    for by in Set(plan.preemptions.map(\.by)) {
      let victims = Set(plan.preemptions.filter { $0.by == by }.map(\.victim))
      guard let start = plan.starts.first(where: { $0.deploymentID == by }) else {
        throw Violation(description: "\(victims) give way to \(by), which does not start")
      }
      let node = before.nodes[start.nodeID]!
      let need = before.deployments[by]!.spec.required
      for victim in victims {
        let place = before.deployments[victim]!.phase.liveAttempt!.nodeID
        try require(place == node.id, "\(victim) gives way on node \(place), \(by) starts on \(node.id)")
        try require(
          !before.fits(need, node, without: victims.subtracting([victim])),
          "\(victim) could be spared by \(by)")
      }
      let needless = before.openNodes.first { before.fits(need, $0) }
      try require(needless == nil, "\(by) fits without any eviction")
    }
  }

  /// 8: every waiting deployment has a reason with a code, which is true.
  static let reasons = Invariant(name: "8 reasons") { moment in
    guard case .settled(_, let strategy) = moment.kind else { return }
    for deployment in moment.facts.waiting {
      let reason = strategy.reason(for: deployment, in: moment.snapshot, now: moment.now)
      try require(
        TruthOfReason(facts: moment.facts, deployment: deployment).holds(reason),
        "\(deployment.id) hears \(reason)")
    }
  }

  /// The step is the one found by trying everything: order, node, devices, and victims of least loss.
  static let expectedStep = Invariant(name: "expected step") { moment in
    switch moment.kind {
    case .step(let plan, let before):
      let expected = ExpectedStep(facts: before, now: moment.now).find()
      let step = plan.starts.first.map { start in
        ExpectedStep.Step(
          deployment: start.deploymentID, node: start.nodeID, gpus: start.gpus,
          victims: plan.preemptions.map(\.victim))
      }
      try require(
        plan.starts.count == 1 && step == expected, "\(plan) instead of \(String(describing: expected))")
    case .settled:
      let expected = ExpectedStep(facts: moment.facts, now: moment.now).find()
      try require(expected == nil, "nothing, instead of \(String(describing: expected))")
    }
  }

  /// Before `wakeAt`, time alone changes nothing.
  static let wakeUps = Invariant(name: "wake-ups") { moment in
    guard case .settled(let wakeAt, _) = moment.kind, !moment.facts.paused else { return }
    let ends = moment.facts.deployments.values.compactMap { deployment in
      deployment.phase.liveAttempt.map { $0.startedAt + deployment.spec.minRuntime }
    }
    for end in ends where end > moment.now && wakeAt.map({ end < $0 }) ?? true {
      let expected = ExpectedStep(facts: moment.facts, now: end).find()
      try require(expected == nil, "sleeps through \(end.text), when \(String(describing: expected)) is due")
    }
  }
}
