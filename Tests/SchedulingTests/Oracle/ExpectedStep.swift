import Model
import Scheduling

/// The step that a strategy has to take next, found by trying everybody, every node, every device and every set of victims.
struct ExpectedStep {
  let facts: Facts
  let now: Timestamp

  struct Step: Equatable {
    let deployment: DeploymentID
    let node: NodeID
    let gpus: [GPUShare]
    /// Rising.
    let victims: [DeploymentID]
  }

  /// Nil when everybody has to wait.
  func find() -> Step? {
    guard !facts.paused else { return nil }
    for place in facts.tried {
      let reservations = ExpectedReservations(before: place, facts, now: now)
      guard var step = step(for: place, reservations) else { continue }
      while let better = rival(of: step, reservations) { step = better }
      return step
    }
    return nil
  }

  /// Heads that are not yet known to be blocked, when everybody has to wait.
  var newlyBlocked: [DeploymentID] {
    facts.paused ? [] : facts.heads.filter { $0.blockedAt == nil }.map(\.id)
  }

  /// Who could use that node and would evict what has just started there.
  private func rival(of step: Step, _ reservations: ExpectedReservations) -> Step? {
    let one = facts.deployments[step.deployment]!
    let node = facts.nodes[step.node]!
    guard facts.policy.preempts, facts.evictableFrom(one, startedAt: now) == now else { return nil }
    for other in facts.tried
    where other.priority > one.priority && facts.isUrgent(other) && facts.isAllowed(other) {
      guard facts.nodesOpen(to: other).contains(where: { $0.id == node.id }),
        !facts.evictions(for: other, on: node, now: now).isEmpty,
        let step = self.step(for: other, reservations)
      else { continue }
      return step
    }
    return nil
  }

  private func step(for deployment: Deployment, _ reservations: ExpectedReservations) -> Step? {
    guard facts.isAllowed(deployment) else { return nil }
    return start(of: deployment, reservations) ?? preemption(for: deployment, reservations)
  }

  /// The node with the least left over, and there the tightest devices, of all that break no promise.
  private func start(of deployment: Deployment, _ reservations: ExpectedReservations) -> Step? {
    let demand = deployment.spec.required
    func left(_ node: Node) -> Int {
      let free = facts.free(node)
      return facts.size(
        free.cpu - demand.cpu.value, free.ram - demand.ram.value, free.gpus.reduce(0, +) - demand.gpu.value)
    }
    let ways = facts.nodesOpen(to: deployment)
      .map { (node: $0, gpus: reservations.ways(for: deployment, on: $0)) }
      .filter { !$0.gpus.isEmpty }
    guard let best = ways.min(by: { (left($0.node), $0.node.id) < (left($1.node), $1.node.id) }),
      let gpus = facts.tightest(best.gpus, reservations.devices(for: deployment, on: best.node))
    else { return nil }
    return Step(deployment: deployment.id, node: best.node.id, gpus: gpus, victims: [])
  }

  // MARK: - Preemption

  /// The cost of an eviction, as numbers to be compared from the first to the last.
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

  private func preemption(for deployment: Deployment, _ reservations: ExpectedReservations) -> Step? {
    let isUrgent = facts.isUrgent(deployment)
    guard isUrgent || facts.isDueHead(deployment, now: now) else { return nil }
    let price = facts.price(deployment, now: now)
    let offers = facts.nodesOpen(to: deployment).filter { !reservations.keeps($0) }
      .compactMap { node in
        leastLoss(for: deployment, on: node).map { (cost: $0.0, node: node, victims: $0.1) }
      }
      .filter { isUrgent || $0.cost.work <= price }
    let best = offers.min { $0.cost < $1.cost }
    guard let best else { return nil }
    let free = facts.free(best.node, without: best.victims).gpus
    let demand = deployment.spec.required.gpu.value
    return Step(
      deployment: deployment.id, node: best.node.id,
      gpus: facts.tightest(facts.assignments(demand, free), free)!,
      victims: best.victims.sorted())
  }

  private func leastLoss(for deployment: Deployment, on node: Node) -> (Cost, Set<DeploymentID>)? {
    let candidates = facts.evictable(for: deployment, on: node, now: now)
    let work = Dictionary(uniqueKeysWithValues: candidates.map { ($0, facts.work($0, now: now)) })
    return facts.evictions(for: deployment, on: node, now: now).filter { !$0.isEmpty }
      .map { (cost($0, of: candidates, work, on: node.id), $0) }
      .min { $0.0 < $1.0 }
  }
}
