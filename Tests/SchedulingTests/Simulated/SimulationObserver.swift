import Model
import Scheduling
import Simulation
import Testing

/// An observer that holds the invariants against a simulation after each of its events, as far as that is cheap.
final class SimulationObserver {
  private static let codes: Set = [
    "insufficient_cpu", "insufficient_ram", "insufficient_gpu", "gpu_fragmented", "reserved_for",
  ]

  private let strategy: any Strategy
  private var facts = Facts()
  /// Indexes of rows that wait or run.
  private var live: [Int] = []
  private var seen = 0
  private(set) var events = 0
  private(set) var preemptions = 0
  private(set) var refusals = 0
  private(set) var violations: [String] = []

  init(_ policy: Policy, _ strategy: any Strategy) {
    self.strategy = strategy
    facts.policy = policy
  }

  func look(_ snapshot: ClusterSnapshot, _ rows: [Deployment], _ now: Timestamp) {
    guard violations.count < 3 else { return }
    events += 1
    if facts.nodes.isEmpty { for node in snapshot.nodes { facts.nodes[node.node.id] = node.node } }
    let evicted = follow(rows)
    checkSums(snapshot)
    for old in evicted { checkEviction(of: old, rows, snapshot, now) }
    checkPending(snapshot, now)
  }

  private func require(_ holds: Bool, _ text: @autoclosure () -> String) {
    if !holds { violations.append("event \(events): \(text())") }
  }

  /// Takes over what changed; the rows as they were of those that were preempted.
  private func follow(_ rows: [Deployment]) -> [Deployment] {
    live += seen..<rows.count
    seen = rows.count
    var evicted: [Deployment] = []
    for index in live {
      let (old, new) = (facts.deployments[rows[index].id], rows[index])
      if let old, old.preemptions < new.preemptions { evicted.append(old) }
      guard old?.attempts != new.attempts || old?.blockedAt != new.blockedAt || old?.phase != new.phase else {
        continue
      }
      facts.deployments[new.id] = new.isFinal ? nil : new
    }
    live.removeAll { rows[$0].isFinal }
    return evicted
  }

  /// 1: what is used is the sum of what runs, on every node and device.
  private func checkSums(_ snapshot: ClusterSnapshot) {
    for node in snapshot.nodes {
      let free = facts.free(node.node)
      let used = facts.running(on: node.node.id).reduce(Resources.zero) { $0 + $1.deployment.spec.required }
      require(used == node.used && used.fits(in: node.node.capacity), "\(used) on node \(node.node.id)")
      require(free.gpus == node.devices.free.map(\.value) && free.gpus.allSatisfy { $0 >= 0 }, "\(free.gpus)")
    }
  }

  /// 3 and 5: it gave way to a higher priority that started there, waits or runs again, and not too often.
  private func checkEviction(
    of old: Deployment, _ rows: [Deployment], _ snapshot: ClusterSnapshot, _ now: Timestamp
  ) {
    preemptions += 1
    let new = rows[old.id.rawValue - 1]
    let node = old.phase.liveAttempt?.nodeID
    let hasReason = facts.deployments.values.contains { other in
      other.priority > old.priority && other.phase.liveAttempt?.startedAt == now
        && other.phase.liveAttempt?.nodeID == node
    }
    require(hasReason, "\(old.id) gave way to nobody above it")
    require(
      new.phase.liveAttempt != nil || snapshot.position(of: new) != nil, "\(old.id) is not in the queue again"
    )
    let lately = new.preemptedAt.count { now - $0 < 3600 }
    require(lately <= facts.policy.budget, "\(old.id) was preempted \(lately) times within an hour")
  }

  /// 2 and 8: whoever waits and has room is in the way of a promise, and everybody hears a code that is known.
  private func checkPending(_ snapshot: ClusterSnapshot, _ now: Timestamp) {
    let freeCapacities = facts.openNodes.map { ($0, facts.free($0)) }
    var reservations: ExpectedReservations?
    for (place, entry) in snapshot.queue.enumerated() {
      let one = facts.deployments[entry.pending.id]!
      if place < 2 {
        let code = strategy.reason(for: one, in: snapshot, now: now).code
        require(Self.codes.contains(code), "\(one.id) hears \(code)")
      }
      for (node, free) in freeCapacities where hasCapacity(one.spec.required, free) {
        refusals += 1
        // Under EASY all behind the head have the same to heed.
        let known = place > 0 ? reservations : nil
        let promised = known ?? ExpectedReservations(before: one, facts, now: now)
        if place > 0 { reservations = promised }
        require(
          promised.ways(for: one, on: node).isEmpty, "\(one.id) waits and could start on node \(node.id)")
      }
    }
  }

  private func hasCapacity(_ demand: Resources, _ free: Facts.Free) -> Bool {
    let whole = free.gpus.count { $0 == 1000 } * 1000
    return demand.cpu.value <= free.cpu && demand.ram.value <= free.ram
      && demand.gpu.value <= whole + (free.gpus.filter { $0 < 1000 }.max() ?? 0)
  }
}
