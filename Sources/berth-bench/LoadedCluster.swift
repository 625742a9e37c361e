import Model
import Scheduling

/// A full cluster with a queue, planned as a service plans it: what a decision is measured on.
struct LoadedCluster {
  /// Smallest first.
  private static let shapes = [
    Resources(cpu: .whole(2), ram: .whole(8), gpu: .zero),
    Resources(cpu: .whole(4), ram: .whole(16), gpu: Thousandths(500)),
    Resources(cpu: .whole(8), ram: .whole(32), gpu: .one),
    Resources(cpu: .whole(12), ram: .whole(48), gpu: .whole(2)),
    Resources(cpu: .whole(48), ram: .whole(192), gpu: .whole(4)),
    Resources(cpu: .whole(96), ram: .whole(384), gpu: .whole(8)),
  ]
  private static let clusterID = ClusterID(1)
  private static let organizationID = OrganizationID(1)

  private let strategy: any Strategy
  private(set) var snapshot: ClusterSnapshot
  private var random: LoadRandom
  private var now = Timestamp(milliseconds: 1_700_000_000_000)
  private var rows: [Int: Deployment] = [:]
  private var running: [Int] = []
  private var lastID = 0

  init(nodes: Int, by strategy: any Strategy, seed: UInt64) {
    self.strategy = strategy
    random = LoadRandom(state: seed)
    snapshot = ClusterSnapshot(clusterID: Self.clusterID, rules: strategy.rules)
    let capacity = Resources(cpu: .whole(96), ram: .whole(384), gpu: .whole(8))
    for id in 1...nodes {
      snapshot.put(
        Node(
          id: NodeID(id), clusterID: Self.clusterID, organizationID: Self.organizationID, name: "n\(id)",
          capacity: capacity))
    }
  }

  var pending: Int { snapshot.queue.count }

  /// Deployments come until so many wait.
  mutating func fill(pending count: Int) {
    while pending < count { arrive(nextArrival()) }
  }

  /// Small deployments come, which never wait, until seven tenths of the GPUs are used.
  mutating func load() {
    while hasCapacity { arrive(nextArrival(isSmall: true)) }
  }

  var hasCapacity: Bool { snapshot.used.gpu.value * 10 < snapshot.capacity.gpu.value * 7 }

  mutating func nextArrival(isSmall: Bool = false) -> Deployment {
    lastID += 1
    now = now + 1
    // Half of them say how long they may last, and some matter more.
    let duration = random.below(2) == 0 ? nil : Double(600 + random.below(86_400))
    let spec = DeploymentSpec(
      name: "d", imagePath: "/srv/images/train", required: nextDemand(isSmall: isSmall), maxDuration: duration
    )
    return Deployment(
      id: DeploymentID(lastID), clusterID: Self.clusterID, organizationID: Self.organizationID,
      userID: UserID(1 + random.below(20)), spec: spec, priority: [40, 50, 50, 60][random.below(4)],
      createdAt: now)
  }

  mutating func nextDemand(isSmall: Bool = false) -> Resources {
    Self.shapes[random.below(isSmall ? 3 : Self.shapes.count)]
  }

  mutating func arrive(_ row: Deployment) {
    rows[row.id.rawValue] = row
    snapshot.change(from: nil, to: row)
    settle()
  }

  /// One of those that run, at random; nil when nothing does.
  mutating func nextEnd() -> Deployment? {
    while !running.isEmpty {
      let place = random.below(running.count)
      running.swapAt(place, running.count - 1)
      let id = running.removeLast()
      now = now + 1
      if let row = rows[id], row.phase.liveAttempt != nil { return row }
    }
    return nil
  }

  mutating func end(_ row: Deployment) {
    let outcome = Outcome(
      status: .completed, exitCode: 0, message: nil, reason: nil, at: now, attempt: row.phase.liveAttempt)
    change(row.id, .finished(outcome))
    rows[row.id.rawValue] = nil
    settle()
  }

  private mutating func change(_ id: DeploymentID, _ change: DeploymentChange) {
    guard let old = rows[id.rawValue] else { return }
    var new = old
    new.apply(change, at: now)
    rows[id.rawValue] = new
    snapshot.change(from: old, to: new)
  }

  private mutating func settle() {
    while true {
      let plan = snapshot.takePlan(by: strategy, now: now)
      guard !plan.isEmpty else { return }
      for id in plan.blocked { change(id, .blocked) }
      for preemption in plan.preemptions { change(preemption.victim, .preempted(by: preemption.by)) }
      for start in plan.starts {
        let number = (rows[start.deploymentID.rawValue]?.attempts ?? 0) + 1
        let attempt = Attempt(
          number: number, nodeID: start.nodeID, nodeName: "n\(start.nodeID)", gpus: start.gpus, startedAt: now
        )
        change(start.deploymentID, .started(attempt))
        running.append(start.deploymentID.rawValue)
      }
    }
  }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the same numbers in every run.
struct LoadRandom {
  private var state: UInt64

  init(state: UInt64) { self.state = state }

  /// From 0 to one less than `bound`.
  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
