import Model
import Scheduling

/// Planning as a service does it, each step looked at, and held against that of a snapshot made anew of the rows.
extension ModelCluster {
  mutating func settle() throws {
    while true {
      let before = facts
      var rebuilt = rebuilt()
      try checkSame(rebuilt)
      let plan = snapshot.takePlan(by: &strategy, now: now)
      var fresh = made
      let fromScratch = rebuilt.takePlan(by: &fresh, now: now)
      guard plan.isSame(as: fromScratch) else {
        throw BrokenInvariant(
          description: "planned \(plan.brief), and from a rebuilt snapshot \(fromScratch.brief)")
      }
      wakeAt = plan.wakeAt
      plans.append(plan)
      guard !plan.isEmpty else {
        try finish(wakeAts: [plan.wakeAt, fromScratch.wakeAt])
        return
      }
      try apply(plan)
      count(plan, before)
      try check(Moment(kind: .step(plan, before: before), facts: facts, snapshot: snapshot, now: now))
    }
  }

  private mutating func finish(wakeAts: [Timestamp?]) throws {
    for deployment in facts.pending {
      let code = strategy.reason(for: deployment, in: snapshot, now: now).code
      tally[facts.isAllowed(deployment) ? code : "over the limit", default: 0] += 1
      switch ExpectedReservations(before: deployment, facts, now: now).promise {
      case .nothing, .everything: break
      case .start: tally["reservation", default: 0] += 1
      case .pin: tally["pin", default: 0] += 1
      case .slots(_, let pin): tally[pin == nil ? "slots" : "slots and pin", default: 0] += 1
      }
    }
    try check(
      Moment(
        kind: .settled(wakeAts: wakeAts, strategy: strategy), facts: facts, snapshot: snapshot, now: now))
  }

  private func check(_ moment: Moment) throws {
    for invariant in invariants {
      do {
        try invariant.check(moment)
      } catch {
        throw BrokenInvariant(description: "\(invariant.name): \(error)")
      }
    }
  }

  private mutating func count(_ plan: Plan, _ before: Facts) {
    tally["blocked", default: 0] += plan.blocked.count
    let kind =
      switch plan.preemptions.count {
      case 0: plan.starts.isEmpty ? "blocked plan" : "start"
      case 1: "eviction of one"
      case _: "eviction of several"
      }
    tally[kind, default: 0] += 1
    if plan.starts.contains(where: { $0.gpus.count > 1 }) { tally["several devices", default: 0] += 1 }
    guard let starter = plan.starts.first?.deploymentID else { return }
    if plan.preemptions.contains(where: { before.deployments[$0.by]!.priority < facts.policy.urgent }) {
      tally["eviction for a due head", default: 0] += 1
    }
    let skipped = before.pending.prefix { $0.id != starter }
    let couldStart = skipped.contains { pending in
      before.isAllowed(pending)
        && before.nodesOpen(to: pending).contains { before.fits(pending.spec.required, $0) }
    }
    if couldStart { tally["start past one who fits", default: 0] += 1 }
  }

  private mutating func apply(_ plan: Plan) throws {
    for id in plan.blocked {
      guard let head = facts.deployments[id], head.phase == .pending else {
        throw BrokenInvariant(description: "\(id) is said to be blocked and does not wait")
      }
      set(head.applying(.blocked, at: now))
    }
    for preemption in plan.preemptions {
      guard let victim = facts.deployments[preemption.victim], victim.phase.liveAttempt != nil else {
        throw BrokenInvariant(description: "victim \(preemption.victim) does not run")
      }
      set(victim.applying(.preempted(by: preemption.by), at: now))
      facts.preemptions[victim.id, default: []].append(now)
    }
    for start in plan.starts {
      guard let one = facts.deployments[start.deploymentID], one.phase == .pending,
        let node = facts.nodes[start.nodeID]
      else { throw BrokenInvariant(description: "\(start) cannot start") }
      set(one.started(on: node, start.gpus, at: now))
    }
  }

  // MARK: - Kept against rebuilt

  private func rebuilt() -> ClusterSnapshot {
    var rebuilt = ClusterSnapshot(clusterID: Rows.clusterID, rules: strategy.rules, paused: facts.paused)
    // The opposite of the order in which they came.
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
    // Protection by min_runtime is judged at the last plan's time.
    var nothing: any Strategy = IdleStrategy(rules: strategy.rules)
    _ = kept.takePlan(by: &nothing, now: now)
    _ = rebuilt.takePlan(by: &nothing, now: now)
    let (keptDigest, rebuiltDigest) = (SnapshotDigest(kept), SnapshotDigest(rebuilt))
    guard keptDigest == rebuiltDigest else {
      throw BrokenInvariant(
        description: "the kept snapshot is \(keptDigest)\nand the rebuilt one \(rebuiltDigest)")
    }
  }
}

/// Plans nothing.
struct IdleStrategy: Strategy {
  let name = "idle"
  let description = ""
  let rules: QueueRules
  func plan(_ snapshot: ClusterSnapshot, now: Timestamp) -> Plan { Plan() }
}

extension Plan {
  func isSame(as other: Plan) -> Bool {
    starts == other.starts && preemptions == other.preemptions && blocked == other.blocked
      && nominations == other.nominations && withdrawals == other.withdrawals
  }

  var brief: String {
    "starts \(starts), preemptions \(preemptions), blocked \(blocked), nominations \(nominations), withdrawals \(withdrawals)"
  }
}
