import Model

/// Deployments of strictly lower priority give way when they are preemptible and past their protection.
///
/// Who is urgent has others evicted at once. Everybody else first waits for ends that come anyway: only the first in
/// line has others evicted, once it is due, and only if the work that is lost is at most a part of what its own waiting
/// comes to (both as time times size). On openb_timed_A that leaves one eviction of a hundred, and the urgent class
/// waits no longer.
///
/// All victims are on one node, where the preemptor then starts, and none could be spared. Among such sets the least
/// loss wins; see `Loss`.
package struct LowerPriority: PreemptionPolicy {
  package static let defaultUrgent = 90
  package static let defaultWorth = 25

  package let name = "lower_priority"
  package let evicts = true
  /// From this priority on, others are evicted at once.
  let urgent: Int
  /// Percent of its own waiting that others may lose for the first in line.
  let worth: Int

  package init(urgent: Int = defaultUrgent, worth: Int = defaultWorth) {
    self.urgent = urgent
    self.worth = worth
  }

  package func ladder(of node: NodeOccupancy) -> RoomLadder {
    guard node.isOpen else { return RoomLadder(base: .closed) }
    return node.ladder.usable(from: urgent)
  }

  package func right(of waiting: Waiting, isDueHead: Bool) -> EvictionRight {
    if waiting.priority >= urgent { return .unlimited }
    return isDueHead ? .worthIt : .none
  }

  package func eviction(
    for waiting: Waiting, _ right: EvictionRight, among choice: NodeChoice, in snapshot: ClusterSnapshot,
    now: Timestamp
  ) -> EvictionAnswer {
    let table = snapshot.table
    let weights = SizeWeights(table.largest)
    let price = right == .unlimited ? nil : EvictionPrice(waiting, worth: worth, weights)
    var best: (node: Int, loss: Loss)?
    var retryAt: Timestamp?
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
      if let price, !price.covers(loss, now: now) {
        let at = price.coversAt(loss.victims.compactMap { node.allocations[$0] }, after: now)
        retryAt = [retryAt, at].compactMap(\.self).min()
        continue
      }
      if let known = best, !(loss < known.loss) { continue }
      best = (index, loss)
    }
    guard let best,
      let eviction = eviction(on: table.nodes[best.node], victims: best.loss.victims, for: waiting)
    else { return .refused(at: retryAt) }
    return .found(eviction)
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

/// What the waiting of the first in line is worth in lost work of others.
struct EvictionPrice {
  private let waiting: Waiting
  /// Work per millisecond of waiting.
  private let rate: Int
  private let weights: SizeWeights

  init(_ waiting: Waiting, worth percent: Int, _ weights: SizeWeights) {
    self.waiting = waiting
    self.weights = weights
    rate = weights.work(milliseconds: 1, of: waiting.need) * percent / 100
  }

  func covers(_ loss: Loss, now: Timestamp) -> Bool {
    loss.work <= max(0, now.milliseconds - waiting.createdAt.milliseconds).saturatingProduct(rate)
  }

  /// The first moment at which it covers what they have lost by then; nil: they lose as fast as it grows.
  func coversAt(_ victims: [Allocation], after now: Timestamp) -> Timestamp? {
    let lossRate = victims.reduce(0) { $0 + weights.work(milliseconds: 1, of: $1.held) }
    guard lossRate < rate else { return nil }
    let lost = victims.reduce(0.0) { sum, victim in
      sum + Double(weights.work(milliseconds: 1, of: victim.held)) * (now - victim.savedAt)
    }
    let behind = lost - Double(rate) * (now - waiting.createdAt)
    // A millisecond more than it takes, so that rounding does not wake anybody too early for ever.
    return now + max(0, behind / Double(rate - lossRate)) + 0.001
  }
}

extension Int {
  fileprivate func saturatingProduct(_ other: Int) -> Int {
    let (product, overflows) = multipliedReportingOverflow(by: other)
    return overflows ? .max : product
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
