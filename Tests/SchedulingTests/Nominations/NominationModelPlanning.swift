import Model

@testable import Scheduling

extension NominationModel {
  private static let stepLimit = 200

  mutating func settle() throws {
    for _ in 0..<Self.stepLimit {
      var rebuilt = rebuilt()
      try checkSame(rebuilt)
      let plan = snapshot.takePlan(by: &strategy, now: now)
      var fresh = made
      let fromScratch = rebuilt.takePlan(by: &fresh, now: now)
      try Invariant.require(
        plan.isSame(as: fromScratch),
        "planned \(plan.brief), and from a rebuilt snapshot \(fromScratch.brief)")
      if plan.isEmpty {
        wakeAt = plan.wakeAt
        return try checkSettled()
      }
      try NominationChecks(facts, now: now).check(plan)
      try apply(plan)
      try checkCapacities()
    }
    throw BrokenInvariant(description: "it never comes to an end")
  }

  private mutating func apply(_ plan: Plan) throws {
    func existing(_ id: DeploymentID) throws -> Deployment {
      guard let one = facts.deployments[id] else { throw BrokenInvariant(description: "\(id) is not there") }
      return one
    }
    for id in plan.blocked { set(try existing(id).applying(.blocked, at: now)) }
    for id in plan.withdrawals {
      tally["nomination withdrawn", default: 0] += 1
      set(try existing(id).applying(.nominationWithdrawn, at: now))
    }
    for preemption in plan.preemptions {
      let victim = try existing(preemption.victim)
      let change = victim.change(preemptedBy: preemption.by)
      if case .nominationWithdrawn = change { tally["outranked", default: 0] += 1 }
      if case .stopping = change { tally["told to stop", default: 0] += 1 }
      set(victim.applying(change, at: now))
    }
    for nomination in plan.nominations {
      if !plan.preemptions.contains(where: { $0.by == nomination.deploymentID }) {
        tally["nominated for what is coming", default: 0] += 1
      }
      let place = NominatedPlacement(nodeID: nomination.nodeID, nodeName: "", gpus: nomination.gpus, at: now)
      set(try existing(nomination.deploymentID).applying(.nominated(place), at: now))
    }
    for start in plan.starts {
      let one = try existing(start.deploymentID)
      if let nomination = one.phase.nomination {
        let isThere = nomination.nodeID == start.nodeID && nomination.gpus == start.gpus
        tally[isThere ? "nominee started" : "nominee started elsewhere", default: 0] += 1
      }
      let attempt = Attempt(
        number: one.attempts + 1, nodeID: start.nodeID, nodeName: "", gpus: start.gpus, startedAt: now,
        isManaged: facts.nodes[start.nodeID]!.managed)
      set(one.applying(.started(attempt), at: now))
    }
  }

  // MARK: - What has to hold

  /// Nothing is given out twice, neither now nor once all that stops has ended.
  private func checkCapacities() throws {
    let checks = NominationChecks(facts, now: now)
    for node in facts.nodes.values {
      let (free, coming) = (facts.free(node), checks.coming(node))
      try Invariant.require(free.isSound, "node \(node.id) holds more than it has: \(free)")
      // A nomination on a node that was made smaller is withdrawn by a step of its own.
      if checks.isPromised(on: node) {
        try Invariant.require(
          coming.isSound, "more of node \(node.id) is promised than will be there: \(coming)")
      }
      let used = facts.running(on: node.id).reduce(Resources.zero) { $0 + $1.deployment.spec.required }
      try Invariant.require(
        snapshot[node.id]?.used == used, "node \(node.id) says other than \(used) is used")
    }
  }

  private func checkSettled() throws {
    let checks = NominationChecks(facts, now: now)
    for one in facts.deployments.values {
      guard let nomination = one.phase.nomination else { continue }
      guard let node = facts.nodes[nomination.nodeID],
        facts.nodesOpen(to: one).contains(where: { $0.id == node.id })
      else { throw BrokenInvariant(description: "\(one.id) is nominated for a place that is not open to it") }
      try Invariant.require(checks.coming(node).isSound, "\(one.id) is nominated for what will not be there")
      if facts.paused { continue }
      var free = facts.free(node)
      free.take(one.spec.required, nomination.gpus)
      try Invariant.require(!free.isSound, "the place of \(one.id) is clear, and it does not start")
      try Invariant.require(
        facts.running(on: node.id).contains { $0.deployment.stopOrder != nil },
        "\(one.id) waits for its place, and nobody stops there")
    }
    guard !facts.paused else { return }
    for one in facts.pending where facts.isAllowed(one) {
      let code = strategy.reason(for: one, in: snapshot, now: now).code
      try Invariant.require(code != "planned", "\(one.id) waits and nothing keeps it")
    }
    // The first in line is in nobody's way.
    if let head = facts.pending.first(where: facts.isEligible) {
      for node in facts.nodesOpen(to: head) {
        try Invariant.require(
          !facts.fits(head.spec.required, checks.nominationWithdrawn(node)),
          "\(head.id) is the first and could start on node \(node.id)")
      }
    }
  }

  // MARK: - Kept against rebuilt

  private func rebuilt() -> ClusterSnapshot {
    var rebuilt = ClusterSnapshot(clusterID: Rows.clusterID, rules: strategy.rules, paused: facts.paused)
    for node in facts.nodes.values.sorted(by: { $0.id > $1.id }) { rebuilt.put(node) }
    for deployment in facts.deployments.values.sorted(by: { $0.id > $1.id }) {
      rebuilt.change(from: nil, to: deployment)
    }
    for user in facts.limits.keys.sorted() { rebuilt.setAllowance(of: user, to: facts.allowance(of: user)) }
    return rebuilt
  }

  private func checkSame(_ rebuilt: ClusterSnapshot) throws {
    var kept = snapshot
    var rebuilt = rebuilt
    var nothing: any Strategy = IdleStrategy(rules: strategy.rules)
    _ = kept.takePlan(by: &nothing, now: now)
    _ = rebuilt.takePlan(by: &nothing, now: now)
    let (keptDigest, rebuiltDigest) = (SnapshotDigest(kept), SnapshotDigest(rebuilt))
    try Invariant.require(
      keptDigest == rebuiltDigest,
      "the kept snapshot is \(keptDigest)\nand the rebuilt one \(rebuiltDigest)")
  }
}

extension Facts.Free {
  var isSound: Bool { cpu >= 0 && ram >= 0 && gpus.allSatisfy { $0 >= 0 } }
}
