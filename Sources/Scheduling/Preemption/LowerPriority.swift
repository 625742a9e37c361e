import Model

/// Deployments of strictly lower priority give way when they are preemptible and past their protection.
///
/// All victims are on one node, where the preemptor then starts, and none could be spared. Among such sets the least
/// loss wins; see `Loss`.
package struct LowerPriority: PreemptionPolicy {
  package let name = "lower_priority"
  package let evicts = true

  package init() {}

  package func ladder(of node: NodeOccupancy) -> RoomLadder {
    node.isOpen ? node.ladder : RoomLadder(base: .closed)
  }

  package func eviction(
    for waiting: Waiting, among choice: NodeChoice, in snapshot: ClusterSnapshot, now: Timestamp
  ) -> Eviction? {
    let table = snapshot.table
    let weights = SizeWeights(table.largest)
    var best: (node: Int, loss: Loss)?
    for index in table.reaches.indices where choice.allows(index) {
      let reach = table.reaches[index]
      guard reach.lowestEvictable < waiting.priority, reach.upperRoom.holds(waiting.need),
        table.nodes[index].mayHold(waiting.need, evictingBelow: waiting.priority)
      else { continue }
      let node = table.nodes[index]
      guard let levels = EvictedLevels(for: waiting, on: node) else { continue }
      if let best, best.loss.levels.isBetter(than: levels) { continue }
      var search = VictimSearch(for: waiting, on: node, levels: levels, weights: weights, now: now)
      let loss = search.leastLoss()
      if let known = best, !(loss < known.loss) { continue }
      best = (index, loss)
    }
    guard let best else { return nil }
    return eviction(on: table.nodes[best.node], victims: best.loss.victims, for: waiting)
  }

  private func eviction(on node: NodeOccupancy, victims: [DeploymentID], for waiting: Waiting) -> Eviction? {
    var devices = node.devices
    for id in victims { devices.give(node.allocations[id]?.attempt.gpus ?? []) }
    guard let gpus = devices.choose(waiting.need.gpu) else { return nil }
    return Eviction(spot: Spot(nodeID: node.node.id, gpus: gpus), victims: victims.sorted())
  }

  /// May be early by what only an exact search would tell: such a wake-up finds nothing to do and costs one plan.
  package func wakeAt(_ snapshot: ClusterSnapshot) -> Timestamp? {
    guard !snapshot.table.protecting.isEmpty, let highest = snapshot.queue.highestPriority else { return nil }
    return snapshot.table.protecting.lazy
      .compactMap { snapshot.table[$0] }
      .filter(\.isOpen)
      .compactMap { $0.endOfProtection(below: highest) }
      .min()
  }
}

/// What an eviction costs: the lowest priorities first, then the least work lost, then the fewest victims.
///
/// Work is the time since the start or the last checkpoint times the size of what was held. What is equal in all three goes to the set that
/// spares the one with the most work (of equal work the lowest id) that the other does not spare; across nodes to the
/// lowest node.
struct Loss: Comparable {
  let levels: EvictedLevels
  let work: Int
  let victims: [DeploymentID]

  static func == (a: Loss, b: Loss) -> Bool { !(a < b) && !(b < a) }

  static func < (a: Loss, b: Loss) -> Bool {
    if a.levels.isBetter(than: b.levels) { return true }
    if b.levels.isBetter(than: a.levels) { return false }
    if a.work != b.work { return a.work < b.work }
    return a.victims.count < b.victims.count
  }
}
