import Model
import Scheduling

/// The rules that a plan has to keep to where victims take a while to stop, judged by the rows before it.
struct NominationChecks {
  private let facts: Facts
  private let now: Timestamp

  init(_ facts: Facts, now: Timestamp) {
    self.facts = facts
    self.now = now
  }

  func nominations(on node: Node) -> [(deployment: Deployment, nomination: NominatedPlacement)] {
    facts.deployments.values.compactMap { one in one.phase.nomination.map { (one, $0) } }
      .filter { $0.1.nodeID == node.id }
  }

  private func take(
    _ nominations: [(deployment: Deployment, nomination: NominatedPlacement)], of free: Facts.Free
  ) -> Facts.Free {
    nominations.reduce(into: free) { free, one in
      // A device that the node has no more is withdrawn by a step of its own.
      let gpus = one.nomination.gpus.filter { free.gpus.indices.contains($0.index) }
      free.take(one.deployment.spec.required, gpus)
    }
  }

  /// What is free now and promised to nobody; less than nothing where a nominee waits.
  func nominationWithdrawn(_ node: Node) -> Facts.Free { take(nominations(on: node), of: facts.free(node)) }

  /// What is left of it once all that stops has ended, and what is `gone` too.
  func coming(_ node: Node, without gone: Set<DeploymentID> = []) -> Facts.Free {
    let stopping = facts.running(on: node.id).map(\.deployment).filter { one in
      one.stopOrder.map { now < $0.at + one.spec.graceSeconds + 60 } ?? false
    }.map(\.id)
    let free = facts.free(node, without: gone.union(stopping))
    return take(nominations(on: node).filter { !gone.contains($0.deployment.id) }, of: free)
  }

  /// Whether what nominees are promised there may hold: if not, a step of its own withdraws it.
  func isPromised(on node: Node) -> Bool {
    nominations(on: node).allSatisfy { one in
      one.nomination.gpus.allSatisfy { node.capacity.deviceCapacity($0.index) > .zero }
        && facts.nodesOpen(to: one.deployment).contains { $0.id == node.id }
    } && coming(node).isSound
  }

  // MARK: - Plans

  func check(_ plan: Plan) throws {
    for preemption in plan.preemptions { try check(preemption) }
    for nomination in plan.nominations { try check(nomination: nomination, plan) }
    for start in plan.starts { try check(start: start, plan) }
    for id in plan.withdrawals {
      guard let nomination = facts.deployments[id]?.phase.nomination else {
        throw BrokenInvariant(description: "\(id) has no nomination to give up")
      }
      let isOpen = facts.nodes[nomination.nodeID].map { isPromised(on: $0) } ?? false
      try Invariant.require(!isOpen, "\(id) gives up a place that it could have had")
    }
    if facts.paused {
      try Invariant.require(
        plan.starts.isEmpty && plan.nominations.isEmpty && plan.preemptions.isEmpty,
        "\(plan.brief) while paused")
    }
  }

  /// Lower, preemptible, past its min_runtime, not stopping yet; or a nomination of lower priority.
  private func check(_ preemption: Plan.Preemption) throws {
    let victim = facts.deployments[preemption.victim]!
    let by = facts.deployments[preemption.by]!
    try Invariant.require(by.phase == .pending, "\(by.id) has a place and evicts \(victim.id)")
    try Invariant.require(victim.priority < by.priority, "\(victim.id) gives way to \(by.id), not above it")
    guard victim.phase.nomination == nil else { return }
    try Invariant.require(victim.stopOrder == nil, "\(victim.id) stops already")
    let ran = now - victim.phase.liveAttempt!.startedAt
    try Invariant.require(
      victim.spec.preemptible && ran >= victim.spec.minRuntime, "\(victim.id) may not be evicted")
  }

  /// On one node, none to be spared, and nobody at all where enough stops already.
  private func check(nomination: Plan.Start, _ plan: Plan) throws {
    let one = facts.deployments[nomination.deploymentID]!
    let node = facts.nodes[nomination.nodeID]!
    let victims = Set(plan.preemptions.filter { $0.by == one.id }.map(\.victim))
    try Invariant.require(
      node.managed && facts.isAllowed(one), "\(one.id) may not be nominated for node \(node.id)")
    for victim in victims {
      try Invariant.require(
        !facts.fits(one.spec.required, coming(node, without: victims.subtracting([victim]))),
        "\(victim) could be spared by \(one.id)")
    }
    var left = coming(node, without: victims)
    left.take(one.spec.required, nomination.gpus)
    try Invariant.require(left.isSound, "\(one.id) is nominated for what will not be there")
    let isFirst = facts.pending.first(where: facts.isEligible)?.id == one.id
    for other in facts.nodesOpen(to: one) where isFirst {
      try Invariant.require(
        !facts.fits(one.spec.required, nominationWithdrawn(other)),
        "\(one.id) could start on node \(other.id)")
      try Invariant.require(
        victims.isEmpty || !other.managed || !facts.fits(one.spec.required, coming(other)),
        "\(one.id) evicts, and room is coming on node \(other.id)")
    }
  }

  /// In its own place, or beside all nominations.
  private func check(start: Plan.Start, _ plan: Plan) throws {
    let one = facts.deployments[start.deploymentID]!
    let node = facts.nodes[start.nodeID]!
    let victims = Set(plan.preemptions.filter { $0.by == one.id }.map(\.victim))
    if let nomination = one.phase.nomination, nomination.nodeID == node.id, nomination.gpus == start.gpus {
      var free = facts.free(node)
      free.take(one.spec.required, start.gpus)
      return try Invariant.require(free.isSound, "\(one.id) starts before its place is clear")
    }
    try Invariant.require(
      one.phase.nomination != nil || facts.isAllowed(one), "\(one.id) is beyond its limit")
    try Invariant.require(victims.isEmpty || !node.managed, "\(one.id) starts where its victims still run")
    var free = take(nominations(on: node), of: facts.free(node, without: victims))
    free.take(one.spec.required, start.gpus)
    let isSound =
      (one.spec.required.cpu == .zero || free.cpu >= 0) && (one.spec.required.ram == .zero || free.ram >= 0)
    try Invariant.require(
      isSound && start.gpus.allSatisfy { free.gpus[$0.index] >= 0 },
      "\(one.id) takes what nominees are promised")
  }
}
