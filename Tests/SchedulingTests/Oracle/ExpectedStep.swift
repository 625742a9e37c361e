import Model
import Scheduling

/// What the strategy `priority` has to do next, found by trying everybody, every node and every set of victims.
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
    for deployment in facts.waiting {
      guard var step = step(for: deployment) else { continue }
      while let rival = rival(of: step), let better = self.step(for: rival) { step = better }
      return step
    }
    return nil
  }

  /// Who could use that node and would evict what has just started there.
  private func rival(of step: Step) -> Deployment? {
    let deployment = facts.deployments[step.deployment]!
    guard deployment.spec.preemptible, deployment.spec.minRuntime == 0 else { return nil }
    return facts.waiting.first { other in
      other.priority > deployment.priority
        && !facts.evictions(for: other, on: facts.nodes[step.node]!, now: now).isEmpty
    }
  }

  func step(for deployment: Deployment) -> Step? { start(of: deployment) ?? preemption(for: deployment) }

  private var scale: (cpu: Int, ram: Int, gpu: Int) {
    let all = facts.nodes.values.map(\.capacity)
    func share(_ amounts: [Thousandths]) -> Int {
      amounts.max().map { $0.value > 0 ? (1 << 40) / $0.value : 0 } ?? 0
    }
    return (share(all.map(\.cpu)), share(all.map(\.ram)), share(all.map(\.gpu)))
  }

  private func size(_ cpu: Int, _ ram: Int, _ gpu: Int) -> Int {
    let scale = scale
    return cpu * scale.cpu + ram * scale.ram + gpu * scale.gpu * 4
  }

  private func start(of deployment: Deployment) -> Step? {
    let need = deployment.spec.required
    let candidates = facts.openNodes.filter { facts.fits(need, $0) }
    func left(_ node: Node) -> Int {
      let free = facts.free(node)
      return size(
        free.cpu - need.cpu.value, free.ram - need.ram.value, free.gpus.reduce(0, +) - need.gpu.value)
    }
    guard let best = candidates.min(by: { (left($0), $0.id) < (left($1), $1.id) }) else { return nil }
    return Step(
      deployment: deployment.id, node: best.id, gpus: devices(need.gpu.value, facts.free(best).gpus),
      victims: [])
  }

  /// The assignment that leaves least on the shared device, then lies lowest.
  private func devices(_ gpu: Int, _ free: [Int]) -> [GPUShare] {
    func cost(_ shares: [GPUShare]) -> [Int] {
      let shared = shares.first { $0.share < .one }
      let whole = shares.filter { $0.share == .one }
      return [shared.map { free[$0.index] } ?? 0, shared?.index ?? 0] + whole.map(\.index)
    }
    return facts.assignments(gpu, free).min { cost($0).lexicographicallyPrecedes(cost($1)) } ?? []
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

  private func work(_ id: DeploymentID) -> Int {
    let deployment = facts.deployments[id]!
    let held = deployment.spec.required
    let elapsed = now.milliseconds - deployment.phase.liveAttempt!.startedAt.milliseconds
    return elapsed * (size(held.cpu.value, held.ram.value, held.gpu.value) >> 20)
  }

  private func cost(_ victims: Set<DeploymentID>, of candidates: [DeploymentID], on node: NodeID) -> Cost {
    let priorities = Set(victims.map { facts.deployments[$0]!.priority })
    // Only those of the priorities that have to go are looked at, so the others say nothing about ties.
    let looked = candidates.filter { priorities.contains(facts.deployments[$0]!.priority) }
    let order = looked.sorted { (work($1), $0) < (work($0), $1) }
    return Cost(
      priorities: priorities.sorted(by: >), work: victims.reduce(0) { $0 + work($1) }, count: victims.count,
      gone: order.map { victims.contains($0) ? 1 : 0 }, node: node)
  }

  private func preemption(for deployment: Deployment) -> Step? {
    var best: (cost: Cost, node: Node, victims: Set<DeploymentID>)?
    for node in facts.openNodes {
      let candidates = facts.evictable(for: deployment, on: node, now: now)
      for victims in facts.evictions(for: deployment, on: node, now: now) {
        let cost = cost(victims, of: candidates, on: node.id)
        if best.map({ cost < $0.cost }) ?? true { best = (cost, node, victims) }
      }
    }
    guard let best else { return nil }
    let free = facts.free(best.node, without: best.victims)
    return Step(
      deployment: deployment.id, node: best.node.id,
      gpus: devices(deployment.spec.required.gpu.value, free.gpus),
      victims: best.victims.sorted())
  }
}
