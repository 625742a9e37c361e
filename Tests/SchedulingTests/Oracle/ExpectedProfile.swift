import Model

/// The free capacity of each node from now on: what runs leaves at its known end, and those ahead take slots, in order.
///
/// A slot is a node, a time and devices that are free from then on for as long as its holder may last. The promise to the
/// holders: nobody behind them takes anything of their slots. Slots are given anew at each plan.
struct ExpectedProfile {
  struct Slot {
    let node: NodeID
    let from: Timestamp
    let gpus: [GPUShare]
  }

  private struct Holding {
    let node: NodeID
    let demand: Resources
    let gpus: [GPUShare]
    let from: Timestamp
    /// Nil: for ever.
    let until: Timestamp?

    func isThere(at time: Timestamp) -> Bool { from <= time && until.map { time < $0 } ?? true }
  }

  private let facts: Facts
  private let now: Timestamp
  private var holdings: [Holding] = []
  private(set) var slots: [DeploymentID: Slot] = [:]

  init(_ facts: Facts, now: Timestamp) {
    self.facts = facts
    self.now = now
    for one in facts.deployments.values {
      guard let attempt = one.phase.liveAttempt else { continue }
      holdings.append(
        Holding(
          node: attempt.nodeID, demand: one.spec.required, gpus: attempt.gpus,
          from: Timestamp(milliseconds: .min), until: facts.knownEnd(one, now: now)))
    }
  }

  /// The least that is free of each at any time of a stay; nil length: for ever.
  func free(_ node: Node, from start: Timestamp, length: Double?) -> Facts.Free {
    let own = holdings.filter { $0.node == node.id }
    let end = length.map { start + $0 }
    let changes = own.flatMap { [$0.from, $0.until].compactMap(\.self) }
    let times = [start] + changes.filter { time in start < time && end.map { time < $0 } ?? true }
    var least = facts.empty(node)
    for time in times {
      var free = facts.empty(node)
      for holding in own where holding.isThere(at: time) { free.take(holding.demand, holding.gpus) }
      least.cpu = min(least.cpu, free.cpu)
      least.ram = min(least.ram, free.ram)
      least.gpus = zip(least.gpus, free.gpus).map { min($0, $1) }
    }
    return least
  }

  func holds(_ one: Deployment, on node: Node, _ shares: [GPUShare], from start: Timestamp) -> Bool {
    var free = free(node, from: start, length: one.spec.maxDuration)
    free.take(one.spec.required, shares)
    return free.cpu >= 0 && free.ram >= 0 && free.gpus.allSatisfy { $0 >= 0 }
  }

  /// Gives it the earliest slot, of equals on the lowest node; none when there is none.
  mutating func reserve(_ one: Deployment) {
    let times = Set([now] + holdings.compactMap(\.until).filter { $0 > now }).sorted()
    let demand = one.spec.required
    for time in times {
      for node in facts.nodesOpen(to: one) {
        let free = free(node, from: time, length: one.spec.maxDuration)
        guard demand.cpu.value <= free.cpu, demand.ram.value <= free.ram,
          let gpus = facts.tightest(facts.assignments(demand.gpu.value, free.gpus), free.gpus)
        else { continue }
        slots[one.id] = Slot(node: node.id, from: time, gpus: gpus)
        let end = one.spec.maxDuration.map { time + $0 }
        holdings.append(Holding(node: node.id, demand: demand, gpus: gpus, from: time, until: end))
        return
      }
    }
  }
}
