import Model
import Scheduling

/// What a plan has to keep to where victims take a while to stop, judged by the rows before it.
struct ClaimChecks {
  private let facts: Facts
  private let now: Timestamp

  init(_ facts: Facts, now: Timestamp) {
    self.facts = facts
    self.now = now
  }

  func claims(on node: Node) -> [(deployment: Deployment, claim: Claim)] {
    facts.deployments.values.compactMap { one in one.phase.claim.map { (one, $0) } }
      .filter { $0.1.nodeID == node.id }
  }

  private func take(
    _ claims: [(deployment: Deployment, claim: Claim)], of free: Facts.Free
  ) -> Facts.Free {
    claims.reduce(into: free) { free, one in
      // A device that the node has no more is withdrawn by a step of its own.
      let gpus = one.claim.gpus.filter { free.gpus.indices.contains($0.index) }
      free.take(one.deployment.spec.required, gpus)
    }
  }

  /// What is free now and claimed by nobody; less than nothing where a claim waits.
  func unclaimed(_ node: Node) -> Facts.Free { take(claims(on: node), of: facts.free(node)) }

  /// What is left of it once all that stops has ended, and what is `gone` too.
  func coming(_ node: Node, without gone: Set<DeploymentID> = []) -> Facts.Free {
    let stopping = facts.running(on: node.id).map(\.deployment).filter { one in
      one.stopOrder.map { now < $0.at + one.spec.graceSeconds + 60 } ?? false
    }.map(\.id)
    let free = facts.free(node, without: gone.union(stopping))
    return take(claims(on: node).filter { !gone.contains($0.deployment.id) }, of: free)
  }

  /// Whether what is claimed there may hold: if not, a step of its own withdraws it.
  func isPromised(on node: Node) -> Bool {
    claims(on: node).allSatisfy { one in
      one.claim.gpus.allSatisfy { node.capacity.deviceCapacity($0.index) > .zero }
        && facts.nodesOpen(to: one.deployment).contains { $0.id == node.id }
    } && coming(node).isSound
  }

  // MARK: - Plans

  func check(_ plan: Plan) throws {
    for preemption in plan.preemptions { try check(preemption) }
    for claim in plan.claims { try check(claim: claim, plan) }
    for start in plan.starts { try check(start: start, plan) }
    for id in plan.withdrawals {
      guard let claim = facts.deployments[id]?.phase.claim else {
        throw Violation(description: "\(id) has no claim to give up")
      }
      let isOpen = facts.nodes[claim.nodeID].map { isPromised(on: $0) } ?? false
      try Invariant.require(!isOpen, "\(id) gives up a place that it could have had")
    }
    if facts.paused {
      try Invariant.require(
        plan.starts.isEmpty && plan.claims.isEmpty && plan.preemptions.isEmpty, "\(plan.brief) while paused")
    }
  }

  /// Lower, preemptible, past its min_runtime, not stopping yet; or a claim of lower priority.
  private func check(_ preemption: Plan.Preemption) throws {
    let victim = facts.deployments[preemption.victim]!
    let by = facts.deployments[preemption.by]!
    try Invariant.require(by.phase == .pending, "\(by.id) has a place and evicts \(victim.id)")
    try Invariant.require(victim.priority < by.priority, "\(victim.id) gives way to \(by.id), not above it")
    guard victim.phase.claim == nil else { return }
    try Invariant.require(victim.stopOrder == nil, "\(victim.id) stops already")
    let ran = now - victim.phase.liveAttempt!.startedAt
    try Invariant.require(
      victim.spec.preemptible && ran >= victim.spec.minRuntime, "\(victim.id) may not be evicted")
  }

  /// On one node, none to be spared, and nobody at all where enough stops already.
  private func check(claim: Plan.Start, _ plan: Plan) throws {
    let one = facts.deployments[claim.deploymentID]!
    let node = facts.nodes[claim.nodeID]!
    let victims = Set(plan.preemptions.filter { $0.by == one.id }.map(\.victim))
    try Invariant.require(node.managed && facts.isAllowed(one), "\(one.id) may not claim node \(node.id)")
    for victim in victims {
      try Invariant.require(
        !facts.fits(one.spec.required, coming(node, without: victims.subtracting([victim]))),
        "\(victim) could be spared by \(one.id)")
    }
    var left = coming(node, without: victims)
    left.take(one.spec.required, claim.gpus)
    try Invariant.require(left.isSound, "\(one.id) claims what will not be there")
    let isFirst = facts.waiting.first(where: facts.isEligible)?.id == one.id
    for other in facts.nodesOpen(to: one) where isFirst {
      try Invariant.require(
        !facts.fits(one.spec.required, unclaimed(other)), "\(one.id) could start on node \(other.id)")
      try Invariant.require(
        victims.isEmpty || !other.managed || !facts.fits(one.spec.required, coming(other)),
        "\(one.id) evicts, and room is coming on node \(other.id)")
    }
  }

  /// In its own place, or beside all claims.
  private func check(start: Plan.Start, _ plan: Plan) throws {
    let one = facts.deployments[start.deploymentID]!
    let node = facts.nodes[start.nodeID]!
    let victims = Set(plan.preemptions.filter { $0.by == one.id }.map(\.victim))
    if let claim = one.phase.claim, claim.nodeID == node.id, claim.gpus == start.gpus {
      var free = facts.free(node)
      free.take(one.spec.required, start.gpus)
      return try Invariant.require(free.isSound, "\(one.id) starts before its place is clear")
    }
    try Invariant.require(one.phase.claim != nil || facts.isAllowed(one), "\(one.id) is beyond its limit")
    try Invariant.require(victims.isEmpty || !node.managed, "\(one.id) starts where its victims still run")
    var free = take(claims(on: node), of: facts.free(node, without: victims))
    free.take(one.spec.required, start.gpus)
    let isSound =
      (one.spec.required.cpu == .zero || free.cpu >= 0) && (one.spec.required.ram == .zero || free.ram >= 0)
    try Invariant.require(
      isSound && start.gpus.allSatisfy { free.gpus[$0.index] >= 0 },
      "\(one.id) takes what others have claimed")
  }
}
