import Model
import Scheduling

/// What a strategy has to do next, found by trying everybody, every node, every device and every set of victims.
struct ExpectedStep {
  let facts: Facts
  let now: Timestamp

  struct Step: Equatable {
    let deployment: DeploymentID
    let node: NodeID
    let gpus: [GPUShare]
    /// Rising.
    let victims: [DeploymentID]
    /// Who is passed over for the first time.
    var passed: [DeploymentID] = []
  }

  /// Nil when everybody has to wait.
  func find() -> Step? {
    guard !facts.paused else { return nil }
    for place in facts.tried {
      let claims = ExpectedClaims(before: place, facts, now: now)
      guard var step = step(for: place, claims) else { continue }
      while let better = rival(of: step, claims) { step = better }
      let isReplaced = step.deployment != place.id
      let passed = [claims.head, isReplaced ? place : nil].compactMap(\.self).filter { $0.passedAt == nil }
      step.passed = passed.map(\.id)
      return step
    }
    return nil
  }

  /// Who could use that node and would evict what has just started there.
  private func rival(of step: Step, _ claims: ExpectedClaims) -> Step? {
    let one = facts.deployments[step.deployment]!
    let node = facts.nodes[step.node]!
    guard facts.policy.preempts, facts.evictableFrom(one, startedAt: now) == now else { return nil }
    for other in facts.tried where other.priority > one.priority && facts.isAllowed(other) {
      guard facts.nodesOpen(to: other).contains(where: { $0.id == node.id }),
        !facts.evictions(for: other, on: node, now: now).isEmpty,
        let step = self.step(for: other, claims)
      else { continue }
      return step
    }
    return nil
  }

  private func step(for deployment: Deployment, _ claims: ExpectedClaims) -> Step? {
    guard facts.isAllowed(deployment) else { return nil }
    return start(of: deployment, claims) ?? preemption(for: deployment, claims)
  }

  /// The node with the least left over, and there the tightest devices, of all that break no promise.
  private func start(of deployment: Deployment, _ claims: ExpectedClaims) -> Step? {
    let need = deployment.spec.required
    func left(_ node: Node) -> Int {
      let free = facts.free(node)
      return facts.size(
        free.cpu - need.cpu.value, free.ram - need.ram.value, free.gpus.reduce(0, +) - need.gpu.value)
    }
    let ways = facts.nodesOpen(to: deployment)
      .map { (node: $0, gpus: claims.ways(for: deployment, on: $0)) }
      .filter { !$0.gpus.isEmpty }
    guard let best = ways.min(by: { (left($0.node), $0.node.id) < (left($1.node), $1.node.id) }),
      let gpus = facts.tightest(best.gpus, claims.devices(for: deployment, on: best.node))
    else { return nil }
    return Step(deployment: deployment.id, node: best.node.id, gpus: gpus, victims: [])
  }

  // MARK: - Preemption

  /// What an eviction costs, as numbers to be compared from the first to the last.
  private struct Cost: Comparable {
    let priorities: [Int]
    let work: Int
    let count: Int
    /// By work falling, then id: 0 for who is spared.
    let gone: [Int]
    let node: NodeID

    static func < (a: Cost, b: Cost) -> Bool {
      if a.priorities != b.priorities { return a.priorities.lexicographicallyPrecedes(b.priorities) }
      if a.work != b.work { return a.work < b.work }
      if a.count != b.count { return a.count < b.count }
      if a.node != b.node { return a.node < b.node }
      return a.gone.lexicographicallyPrecedes(b.gone)
    }
  }

  /// What would be lost: the time since its start, or since the checkpoint of this attempt, times its size.
  private func work(_ id: DeploymentID) -> Int {
    let deployment = facts.deployments[id]!
    let attempt = deployment.phase.liveAttempt!
    var saved = attempt.startedAt
    if let checkpoint = deployment.checkpoint, checkpoint.attempt == attempt.number {
      saved = max(saved, checkpoint.at)
    }
    let held = deployment.spec.required
    return (now.milliseconds - saved.milliseconds)
      * (facts.size(held.cpu.value, held.ram.value, held.gpu.value) >> 20)
  }

  private func cost(
    _ victims: Set<DeploymentID>, of candidates: [DeploymentID], _ work: [DeploymentID: Int], on node: NodeID
  ) -> Cost {
    let priorities = Set(victims.map { facts.deployments[$0]!.priority })
    // Only those of the priorities that have to go are looked at, so the others say nothing about ties.
    let looked = candidates.filter { priorities.contains(facts.deployments[$0]!.priority) }
    let order = looked.sorted { (work[$1]!, $0) < (work[$0]!, $1) }
    return Cost(
      priorities: priorities.sorted(by: >), work: victims.reduce(0) { $0 + work[$1]! }, count: victims.count,
      gone: order.map { victims.contains($0) ? 1 : 0 }, node: node)
  }

  private func preemption(for deployment: Deployment, _ claims: ExpectedClaims) -> Step? {
    var best: (cost: Cost, node: Node, victims: Set<DeploymentID>)?
    for node in facts.nodesOpen(to: deployment) where !claims.keeps(node) {
      let candidates = facts.evictable(for: deployment, on: node, now: now)
      let work = Dictionary(uniqueKeysWithValues: candidates.map { ($0, self.work($0)) })
      for victims in facts.evictions(for: deployment, on: node, now: now) where !victims.isEmpty {
        let cost = cost(victims, of: candidates, work, on: node.id)
        if best.map({ cost < $0.cost }) ?? true { best = (cost, node, victims) }
      }
    }
    guard let best else { return nil }
    let free = facts.free(best.node, without: best.victims).gpus
    let need = deployment.spec.required.gpu.value
    return Step(
      deployment: deployment.id, node: best.node.id,
      gpus: facts.tightest(facts.assignments(need, free), free)!,
      victims: best.victims.sorted())
  }
}
