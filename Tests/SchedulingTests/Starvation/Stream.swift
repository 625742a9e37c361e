import Model
import Scheduling

/// Deployments of one kind that arrive for ever, one every so many seconds.
struct Stream {
  var every: Double
  /// How long each runs.
  var lasts: Double
  var demand: Resources
  var priority = 50
  /// What it is known to last at most; nil: nothing is known.
  var maxDuration: Double?
  var user = 1

  func asked(_ id: Int, at time: Timestamp) -> Deployment {
    Rows.deployment(
      id, demand, priority: priority, createdAt: time, maxDuration: maxDuration, user: user)
  }
}

/// A cluster under streams of work, on a clock of its own, and one deployment that hopes to start.
struct CrowdedCluster {
  private var snapshot: ClusterSnapshot
  private var strategy: any Strategy
  private var rows: [DeploymentID: Deployment] = [:]
  private var nodes: [NodeID: Node] = [:]
  private var ends: [(time: Timestamp, id: DeploymentID, attempt: Int)] = []
  private var now = Rows.epoch
  private var wakeAt: Timestamp?
  private var count = 0
  private let streams: [Stream]
  private var nextArrivals: [Timestamp]

  init(_ policy: Policy, nodes capacities: [Resources], streams: [Stream]) throws {
    strategy = try policy.makeStrategy()
    snapshot = ClusterSnapshot(clusterID: Rows.clusterID, rules: strategy.rules)
    self.streams = streams
    nextArrivals = streams.map { _ in Rows.epoch }
    for (index, capacity) in capacities.enumerated() {
      let node = Rows.node(index + 1, capacity)
      nodes[node.id] = node
      snapshot.put(node)
    }
  }

  /// How many wait or run.
  var liveCount: Int { rows.count }

  mutating func run(for seconds: Double) { _ = run(until: now + seconds, watching: nil) }

  /// Seconds until it starts that is asked for now; nil when it does not within a bound.
  mutating func wait(of asked: Stream, within bound: Double) -> Double? {
    let arrived = now
    let id = arrive(asked)
    settle()
    if rows[id]?.phase.liveAttempt != nil { return 0 }
    return run(until: now + bound, watching: id) ? now - arrived : nil
  }

  /// True as soon as the one that is watched runs.
  private mutating func run(until limit: Timestamp, watching id: DeploymentID?) -> Bool {
    while true {
      ends.sort { ($1.time, $1.id) < ($0.time, $0.id) }
      let next = (nextArrivals + [ends.last?.time, wakeAt].compactMap(\.self)).min()
      guard let next, next <= limit else {
        now = limit
        return false
      }
      now = max(now, next)
      while let end = ends.last, end.time <= now {
        ends.removeLast()
        if let row = rows[end.id], row.phase.liveAttempt?.number == end.attempt { set(row.ended(at: now)) }
      }
      for index in streams.indices where nextArrivals[index] <= now {
        _ = arrive(streams[index])
        nextArrivals[index] = nextArrivals[index] + streams[index].every
      }
      settle()
      if let id, rows[id]?.phase.liveAttempt != nil { return true }
    }
  }

  private mutating func arrive(_ stream: Stream) -> DeploymentID {
    count += 1
    let row = stream.asked(count, at: now)
    set(row)
    lengths[row.id] = stream.lasts
    return row.id
  }

  private var lengths: [DeploymentID: Double] = [:]

  private mutating func set(_ row: Deployment) {
    snapshot.change(from: rows[row.id], to: row)
    rows[row.id] = row.isFinal ? nil : row
  }

  private mutating func settle() {
    while true {
      let plan = snapshot.takePlan(by: &strategy, now: now)
      wakeAt = plan.wakeAt.flatMap { $0 > now ? $0 : nil }
      guard !plan.isEmpty else { return }
      for id in plan.blocked { set(rows[id]!.applying(.blocked, at: now)) }
      for preemption in plan.preemptions {
        set(rows[preemption.victim]!.applying(.preempted(by: preemption.by), at: now))
      }
      for start in plan.starts {
        let row = rows[start.deploymentID]!.started(on: nodes[start.nodeID]!, start.gpus, at: now)
        set(row)
        ends.append((now + lengths[row.id]!, row.id, row.attempts))
      }
    }
  }
}
