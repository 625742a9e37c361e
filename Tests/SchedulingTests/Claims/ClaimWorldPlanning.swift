import Model

@testable import Scheduling

extension ClaimWorld {
  private static let stepLimit = 200

  mutating func settle() throws {
    for _ in 0..<Self.stepLimit {
      var rebuilt = rebuilt()
      try checkSame(rebuilt)
      let plan = snapshot.takePlan(by: strategy, now: now)
      let fromScratch = rebuilt.takePlan(by: strategy, now: now)
      try Invariant.require(
        plan.isSame(as: fromScratch),
        "planned \(plan.brief), and from a rebuilt snapshot \(fromScratch.brief)")
      if plan.isEmpty {
        wakeAt = plan.wakeAt
        return try checkSettled()
      }
      try ClaimChecks(facts, now: now).check(plan)
      try apply(plan)
      try checkRooms()
    }
    throw Violation(description: "it never comes to an end")
  }

  private mutating func apply(_ plan: Plan) throws {
    func existing(_ id: DeploymentID) throws -> Deployment {
      guard let one = facts.deployments[id] else { throw Violation(description: "\(id) is not there") }
      return one
    }
    for id in plan.blocked { set(try existing(id).applying(.blocked, at: now)) }
    for id in plan.withdrawals {
      tally["claim withdrawn", default: 0] += 1
      set(try existing(id).applying(.unclaimed, at: now))
    }
    for preemption in plan.preemptions {
      let victim = try existing(preemption.victim)
      let change = victim.change(preemptedBy: preemption.by)
      if case .unclaimed = change { tally["outranked", default: 0] += 1 }
      if case .stopping = change { tally["told to stop", default: 0] += 1 }
      set(victim.applying(change, at: now))
    }
    for claim in plan.claims {
      if !plan.preemptions.contains(where: { $0.by == claim.deploymentID }) {
        tally["claim of what is coming", default: 0] += 1
      }
      let place = Claim(nodeID: claim.nodeID, nodeName: "", gpus: claim.gpus, at: now)
      set(try existing(claim.deploymentID).applying(.claimed(place), at: now))
    }
    for start in plan.starts {
      let one = try existing(start.deploymentID)
      if let claim = one.phase.claim {
        let isThere = claim.nodeID == start.nodeID && claim.gpus == start.gpus
        tally[isThere ? "claimant started" : "claimant started elsewhere", default: 0] += 1
      }
      let attempt = Attempt(
        number: one.attempts + 1, nodeID: start.nodeID, nodeName: "", gpus: start.gpus, startedAt: now,
        isManaged: facts.nodes[start.nodeID]!.managed)
      set(one.applying(.started(attempt), at: now))
    }
  }

  // MARK: - What has to hold

  /// Nothing is given out twice, neither now nor once all that stops has ended.
  private func checkRooms() throws {
    let checks = ClaimChecks(facts, now: now)
    for node in facts.nodes.values {
      let (free, coming) = (facts.free(node), checks.coming(node))
      try Invariant.require(free.isSound, "node \(node.id) holds more than it has: \(free)")
      // A claim on a node that was made smaller is withdrawn by a step of its own.
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
    let checks = ClaimChecks(facts, now: now)
    for one in facts.deployments.values {
      guard let claim = one.phase.claim else { continue }
      guard let node = facts.nodes[claim.nodeID],
        facts.nodesOpen(to: one).contains(where: { $0.id == node.id })
      else { throw Violation(description: "\(one.id) has claimed a place that is not open to it") }
      try Invariant.require(checks.coming(node).isSound, "\(one.id) has claimed what will not be there")
      if facts.paused { continue }
      var free = facts.free(node)
      free.take(one.spec.required, claim.gpus)
      try Invariant.require(!free.isSound, "the place of \(one.id) is clear, and it does not start")
      try Invariant.require(
        facts.running(on: node.id).contains { $0.deployment.stopOrder != nil },
        "\(one.id) waits for its place, and nobody stops there")
    }
    guard !facts.paused else { return }
    for one in facts.waiting where facts.isAllowed(one) {
      let code = strategy.reason(for: one, in: snapshot, now: now).code
      try Invariant.require(code != "planned", "\(one.id) waits and nothing keeps it")
    }
    // The first in line is in nobody's way.
    if let head = facts.waiting.first(where: facts.isEligible) {
      for node in facts.nodesOpen(to: head) {
        try Invariant.require(
          !facts.fits(head.spec.required, checks.unclaimed(node)),
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
    let nothing = IdleStrategy(rules: strategy.rules)
    _ = kept.takePlan(by: nothing, now: now)
    _ = rebuilt.takePlan(by: nothing, now: now)
    let (keptPicture, rebuiltPicture) = (Picture(kept), Picture(rebuilt))
    try Invariant.require(
      keptPicture == rebuiltPicture,
      "the kept snapshot is \(keptPicture)\nand the rebuilt one \(rebuiltPicture)")
  }
}

extension Facts.Free {
  var isSound: Bool { cpu >= 0 && ram >= 0 && gpus.allSatisfy { $0 >= 0 } }
}
