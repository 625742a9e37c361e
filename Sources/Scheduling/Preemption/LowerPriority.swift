import JSON
import Model

/// The preemption by which those of strictly lower priority give way, when preemptible and past their protection.
///
/// Who is urgent has others evicted at once. Everybody else first waits for ends that come anyway: only the first in
/// line has others evicted, once it is due, and only if the work that is lost is at most a part of what its own waiting
/// comes to (both as time times size). On openb_timed_A that leaves one eviction of a hundred, and the urgent class
/// waits no longer.
///
/// A nominee gives way too, and loses nothing by it. What stops already counts as gone: where that makes
/// the room, there are no victims.
///
/// All victims are on one node, where the preemptor then starts, and none could be spared. Among such sets the least
/// loss wins; see `Loss`.
package struct LowerPriority: PreemptionPolicy {
  package var name: String { "lower_priority" }
  package var description: String {
    "Lower priorities do, for the urgent and for who has long been the first in line."
  }
  package var options: [StrategyOption] {
    [
      StrategyOption(
        "urgent",
        "From this priority on, lower ones are preempted at once; below, only for the first in line",
        .wholeNumber(urgent, in: 0...101)),
      StrategyOption(
        "worth", "Percent of what its waiting comes to that others may lose for the first in line",
        .wholeNumber(worth, in: 0...1_000_000)),
    ]
  }
  package var evicts: Bool { true }
  /// From this priority on, others are evicted at once.
  let urgent: Int
  /// Percent of its own waiting that others may lose for the first in line.
  let worth: Int

  package init(urgent: Int = 90, worth: Int = 25) {
    self.urgent = urgent
    self.worth = worth
  }

  package func setting(_ values: JSONObject) -> Self {
    Self(urgent: values["urgent"]?.int ?? urgent, worth: values["worth"]?.int ?? worth)
  }

  package var urgentFrom: Int? { urgent }

  package func ladder(of node: NodeOccupancy) -> CapacityLadder {
    guard node.isOpen else { return CapacityLadder(base: .closed) }
    return node.ladder.usable(from: urgent)
  }

  package func right(of pending: PendingDeployment, isDueHead: Bool) -> EvictionRight {
    if pending.priority >= urgent { return .unlimited }
    return isDueHead ? .worthIt : .none
  }

  package func eviction(
    for pending: PendingDeployment, _ right: EvictionRight, among choice: NodeChoice,
    in snapshot: ClusterSnapshot,
    now: Timestamp
  ) -> EvictionAnswer {
    let table = snapshot.table
    let weights = SizeWeights(table.largest)
    let windows = right == .unlimited ? nil : worthWindows(for: pending, in: snapshot)
    var best: (node: Int, loss: Loss)?
    for index in table.reaches.indices where choice.allows(index) {
      guard windows.map({ $0[index].contains(now.milliseconds) }) ?? true,
        table.mayHold(pending, index),
        let levels = EvictedLevels(for: pending, on: table.nodes[index])
      else { continue }
      if let best, best.loss.levels.isBetter(than: levels) { continue }
      var search = VictimSearch(
        for: pending, on: table.nodes[index], levels: levels, weights: weights, now: now)
      let loss = search.leastLoss()
      if let known = best, !(loss < known.loss) { continue }
      best = (index, loss)
    }
    if let best, let found = eviction(on: table.nodes[best.node], victims: best.loss.victims, for: pending) {
      return .found(found)
    }
    let next = windows?.enumerated()
      .filter { choice.allows($0.offset) && $0.element.from > now.milliseconds && $0.element.from < .max }
      .map(\.element.from).min()
    return .refused(at: next.map(Timestamp.init(milliseconds:)))
  }

  private func worthWindows(for pending: PendingDeployment, in snapshot: ClusterSnapshot) -> [WorthWindow] {
    let table = snapshot.table
    let price = EvictionPrice(pending, worth: worth, SizeWeights(table.largest))
    let key = WorthWindows.Key(
      id: pending.id, demand: pending.demand, createdAt: pending.createdAt, priority: pending.priority,
      worth: worth, largest: table.largest, count: table.nodes.count)
    return snapshot.memo.use(HeadWorthWindows.self) { known in
      known.use(key) { windows in
        for index in table.stamps.indices where windows.stamps[index] != table.stamps[index] {
          let window = table.mayHold(pending, index) ? price.window(on: table.nodes[index]) : .never
          windows.set(index, window, stamp: table.stamps[index])
        }
        return windows.windows
      }
    }
  }

  private func eviction(on node: NodeOccupancy, victims: [DeploymentID], for pending: PendingDeployment)
    -> Eviction?
  {
    var devices = node.comingDevices
    for id in victims { devices.give((node.allocations[id] ?? node.nominations[id])?.attempt.gpus ?? []) }
    guard let gpus = devices.choose(pending.demand.gpu) else { return nil }
    return Eviction(placement: Placement(nodeID: node.node.id, gpus: gpus), victims: victims.sorted())
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

/// The cost of an eviction: the lowest priorities first, then the least work lost, then the fewest victims.
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
