import JSON
import Model
import Scheduling

/// A whole strategy that is made of no parts: short ones first, each on the node with the fewest attempts.
struct ExampleStrategy: Strategy {
  var name: String { "example" }
  var description: String {
    "Short ones first, spread over the nodes; nobody is kept a place and nobody gives way."
  }
  var options: [StrategyOption] {
    [StrategyOption("short", "Seconds up to which one is short", .wholeNumber(short, in: 0...1_000_000))]
  }
  var rules: QueueRules { QueueRules(order: ArrivalOrder()) }
  private let short: Int

  init(short: Int = 600) { self.short = short }

  func setting(_ values: JSONObject) -> Self { Self(short: values["short"]?.int ?? short) }

  /// One start at a time: the next is chosen once this one is in the snapshot.
  func plan(_ snapshot: ClusterSnapshot, now: Timestamp) -> Plan {
    guard !snapshot.paused else { return Plan() }
    let pending = snapshot.queue.map(\.pending).filter(snapshot.queue.allows)
    for one in pending.filter(isShort) + pending.filter({ !isShort($0) }) {
      if let start = start(one, in: snapshot) { return Plan(starts: [start]) }
    }
    return Plan()
  }

  private func isShort(_ pending: PendingDeployment) -> Bool {
    pending.spec.maxDuration.map { $0 <= Double(short) } ?? false
  }

  private func start(_ pending: PendingDeployment, in snapshot: ClusterSnapshot) -> Plan.Start? {
    let able = snapshot.nodes.filter { node in
      node.isOpen && node.freeCapacity.holds(pending.demand)
        && pending.spec.conditions.areMet(by: node.node.labels)
    }
    guard let node = able.min(by: { $0.allocations.count < $1.allocations.count }),
      let gpus = node.devices.choose(pending.demand.gpu)
    else { return nil }
    return Plan.Start(deploymentID: pending.id, nodeID: node.node.id, gpus: gpus)
  }
}
