import Model
import Scheduling

/// A point of a case at which the invariants are looked at.
struct Moment {
  enum Kind {
    /// A plan has just been applied to what was there before.
    case step(Plan, before: Facts)
    /// The strategy wants nothing more before these times: of a snapshot that was kept, and of one made anew.
    case settled(wakeAts: [Timestamp?], strategy: any Strategy)
  }

  let kind: Kind
  let facts: Facts
  let snapshot: ClusterSnapshot
  let now: Timestamp
}

/// Something that has to hold at every moment; throws `BrokenInvariant` where it does not.
struct Invariant: Sendable {
  let name: String
  let check: @Sendable (Moment) throws -> Void

  static func require(_ holds: Bool, _ text: @autoclosure () -> String) throws {
    if !holds { throw BrokenInvariant(description: text()) }
  }

  static let all = [
    capacity, workConservation, fairVictims, noUselessEviction, returns, reasons, expectedStep, wakeUps,
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

  /// 2: no deployment waits that could start now without breaking a promise, on whatever node and devices.
  static let workConservation = Invariant(name: "2 work conservation") { moment in
    guard case .settled = moment.kind, !moment.facts.paused else { return }
    let facts = moment.facts
    for deployment in facts.pending where facts.isAllowed(deployment) {
      let reservations = ExpectedReservations(before: deployment, facts, now: moment.now)
      for node in facts.nodesOpen(to: deployment) {
        try require(
          reservations.ways(for: deployment, on: node).isEmpty,
          "\(deployment.id) waits and could start on node \(node.id), in nobody's way")
      }
    }
  }

  /// 8: every waiting deployment has a reason with a code, which is true.
  static let reasons = Invariant(name: "8 reasons") { moment in
    guard case .settled(_, let strategy) = moment.kind else { return }
    // What is beyond a limit hears so from those who know the limits.
    for deployment in moment.facts.pending where moment.facts.isAllowed(deployment) {
      let reason = strategy.reason(for: deployment, in: moment.snapshot, now: moment.now)
      try require(
        TruthOfReason(facts: moment.facts, deployment: deployment, now: moment.now).holds(reason),
        "\(deployment.id) hears \(reason)")
    }
  }

  /// The step is the one found by trying everything: order, node, devices, victims of least loss, and which heads are blocked when there is none.
  static let expectedStep = Invariant(name: "expected step") { moment in
    switch moment.kind {
    case .step(let plan, let before):
      let expected = ExpectedStep(facts: before, now: moment.now).find()
      let step = plan.starts.first.map { start in
        ExpectedStep.Step(
          deployment: start.deploymentID, node: start.nodeID, gpus: start.gpus,
          victims: plan.preemptions.map(\.victim))
      }
      let isBlocked = expected == nil && !plan.blocked.isEmpty
      let blocked = isBlocked ? ExpectedStep(facts: before, now: moment.now).newlyBlocked : []
      try require(
        plan.starts.count == (isBlocked ? 0 : 1) && step == expected && plan.blocked == blocked,
        "\(plan.brief) instead of \(String(describing: expected))")
    case .settled:
      let expected = ExpectedStep(facts: moment.facts, now: moment.now).find()
      try require(expected == nil, "nothing, instead of \(String(describing: expected))")
      let blocked = ExpectedStep(facts: moment.facts, now: moment.now).newlyBlocked
      try require(blocked.isEmpty, "\(blocked) are not said to be blocked")
    }
  }

  /// Before `wakeAt`, time alone changes nothing.
  static let wakeUps = Invariant(name: "wake-ups") { moment in
    guard case .settled(let wakeAts, _) = moment.kind, !moment.facts.paused else { return }
    for time in moment.facts.turningPoints(after: moment.now) {
      guard let index = wakeAts.firstIndex(where: { wake in wake.map { time < $0 } ?? true }) else {
        continue
      }
      let expected = ExpectedStep(facts: moment.facts, now: time).find()
      let which = index == 0 ? "" : "made anew, "
      try require(
        expected == nil, "\(which)sleeps through \(time.text), when \(String(describing: expected)) is due")
    }
  }
}
