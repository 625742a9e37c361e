import Model

/// The answer to why nobody is preempted for a waiting deployment.
package struct PreemptionAnswer: Sendable {
  package let isConsidered: Bool
  package let whyNot: String

  private init(_ isConsidered: Bool, _ whyNot: String) {
    self.isConsidered = isConsidered
    self.whyNot = whyNot
  }

  /// It waits for something that no preemption brings about.
  package static func pointless(_ whyNot: String) -> PreemptionAnswer { PreemptionAnswer(false, whyNot) }

  /// It has its place already.
  package static func underway(of nominee: Nominee, in snapshot: ClusterSnapshot) -> PreemptionAnswer {
    let stopping = snapshot.stopping(for: nominee)
    return PreemptionAnswer(true, "Nobody more has to go: \(names(stopping)) made room for it already.")
  }

  /// Looks at what runs where the deployment could; costs nothing for those that wait.
  package init(
    for deployment: Deployment, in snapshot: ClusterSnapshot, by strategy: any Strategy, now: Timestamp
  ) {
    guard strategy.preemption.evicts else {
      self.init(false, "The cluster's strategy preempts nobody.")
      return
    }
    let spec = deployment.spec
    let nodes = snapshot.nodes.filter { node in
      node.isOpen && spec.conditions.areMet(by: node.node.labels)
        && FreeCapacity(empty: node.node.capacity).holds(spec.required)
    }
    guard !nodes.isEmpty else {
      self.init(false, "No node that takes deployments could hold it even when empty.")
      return
    }
    let search = ClearedCapacity(
      nodes: nodes, demand: spec.required, now: now, urgent: strategy.preemption.urgentFrom ?? 0)
    let obstacle = Self.obstacle(search, priority: deployment.priority, now: now)
    self.init(true, obstacle ?? Self.turn(of: deployment, in: snapshot, urgent: search.urgent, now: now))
  }

  /// Why it may not, though there would be room for it then.
  private static func turn(
    of deployment: Deployment, in snapshot: ClusterSnapshot, urgent: Int, now: Timestamp
  ) -> String {
    guard deployment.priority < urgent else {
      return "It would take room that is kept for a deployment before it in the queue."
    }
    let besides = " With a priority of \(urgent) it would make room for itself at once."
    guard let due = snapshot.rules.dueAt(deployment.blockedAt) else {
      return "Below priority \(urgent) only the first in line has others preempted." + besides
    }
    guard due <= now else {
      return "Below priority \(urgent) the first in line has others preempted only once it was blocked for"
        + " \(snapshot.rules.maxSkip) seconds, at \(due.text), and if what they lose is worth it." + besides
    }
    return "What those of lower priority in its way would lose is more than its waiting is worth yet."
      + besides
  }

  /// What no right to preempt overcomes; nil when there is nothing.
  private static func obstacle(_ search: ClearedCapacity, priority: Int, now: Timestamp) -> String? {
    let isLower = { (allocation: Allocation) in allocation.priority < priority }
    guard search.nodes.contains(where: { $0.holders.contains(where: isLower) }) else {
      return "Nothing that runs where it could has a priority below its \(priority)."
        + hint(search, above: priority)
    }
    guard let protected = search.blockers(keeping: { !isLower($0) || $0.isFixed }) else {
      guard let fixed = search.blockers(keeping: { !isLower($0) }) else {
        return "Without everything of lower priority there would still be no room: what has priority"
          + " \(priority) or more holds the rest." + hint(search, above: priority)
      }
      let fixedOnes = fixed.filter(\.isFixed)
      return "Those of lower priority in its way are not preemptible: \(names(fixedOnes))."
    }
    let shielded = protected.filter { ($0.evictableFrom ?? now) > now }
    guard let end = shielded.compactMap(\.evictableFrom).min() else { return nil }
    let isYoung = shielded.allSatisfy { $0.evictableFrom == $0.attempt.startedAt + $0.spec.minRuntime }
    let how = isYoung ? "still within their min_runtime" : "protected, having waited long or given way often"
    return "Those of lower priority in its way are \(how): \(names(shielded)), the first until \(end.text)."
  }

  private static func names(_ allocations: [Allocation]) -> String {
    let shown = allocations.map(\.id).sorted().prefix(5).map(\.description)
    let rest = allocations.count - shown.count
    return (allocations.count == 1 ? "deployment " : "deployments ")
      + enumeration(rest > 0 ? shown + ["\(rest) more"] : shown)
  }

  private static func hint(_ search: ClearedCapacity, above priority: Int) -> String {
    guard let enough = search.leastPriority else { return "" }
    let least = max(enough, search.urgent)
    guard least > priority, least <= 100 else { return "" }
    return " With a priority of \(least)\(least < 100 ? " or more" : "") it would make room for itself."
  }
}

extension Allocation {
  /// Whether it never gives way.
  fileprivate var isFixed: Bool { !isNomination && !spec.preemptible }
}

/// The room on nodes if some of what runs there were gone.
private struct ClearedCapacity {
  let nodes: [NodeOccupancy]
  let demand: Resources
  let now: Timestamp
  /// From this priority on others are preempted at once.
  let urgent: Int

  /// On the first node that has room without all that is not kept: those that would go. Nil when there is none.
  func blockers(keeping isKept: (Allocation) -> Bool) -> [Allocation]? {
    for node in nodes {
      let gone = node.holders.filter { !isKept($0) }
      if !gone.isEmpty, freeCapacity(of: node, without: gone).holds(demand) { return gone }
    }
    return nil
  }

  private func freeCapacity(of node: NodeOccupancy, without gone: [Allocation]) -> FreeCapacity {
    var devices = node.comingDevices
    for allocation in gone { devices.give(allocation.attempt.gpus) }
    let free = gone.reduce(node.comingFree) { $0 + $1.held }
    return FreeCapacity(cpu: free.cpu, ram: free.ram, gpu: devices.largest)
  }

  /// With which priority there would be enough in the way that has a lower one and may be preempted now.
  var leastPriority: Int? {
    nodes.compactMap { node -> Int? in
      var devices = node.comingDevices
      var free = node.comingFree
      let preemptible = node.holders.filter { !$0.isFixed }.sorted {
        $0.priority < $1.priority
      }
      for allocation in preemptible {
        free += allocation.held
        devices.give(allocation.attempt.gpus)
        if FreeCapacity(cpu: free.cpu, ram: free.ram, gpu: devices.largest).holds(demand) {
          return allocation.priority + 1
        }
      }
      return nil
    }.min()
  }
}
