import Model
import Scheduling

/// A cluster driven by hand: rows and snapshot, settled after every change.
struct Driven {
  private(set) var snapshot: ClusterSnapshot
  private(set) var deployments: [Int: Deployment] = [:]
  private(set) var nodes: [Int: Node] = [:]
  private(set) var now = Rows.epoch
  private(set) var wakeAt: Timestamp?
  private var strategy: any Strategy

  /// Everybody is urgent and nobody is ever due, so that priorities alone decide.
  static let plain = ComposedStrategy(
    name: "plain", description: "", rules: QueueRules(order: PriorityOrder(), maxSkip: 1_000_000_000),
    parts: StrategyParts(preemption: LowerPriority(urgent: 0)))

  init(_ capacities: Resources..., strategy: any Strategy = Self.plain) {
    self.strategy = strategy
    snapshot = ClusterSnapshot(clusterID: Rows.clusterID, rules: strategy.rules)
    for (index, capacity) in capacities.enumerated() { put(Rows.node(index + 1, capacity)) }
  }

  mutating func put(_ node: Node) {
    nodes[node.id.rawValue] = node
    snapshot.put(node)
    settle()
  }

  mutating func drain(_ id: Int, _ drain: Bool = true) {
    var node = nodes[id]!
    node.drain = drain
    put(node)
  }

  mutating func pause(_ paused: Bool) {
    snapshot.paused = paused
    settle()
  }

  @discardableResult
  mutating func arrive(
    _ demand: Resources, priority: Int = 50, minRuntime: Double = 0, preemptible: Bool = true
  ) -> Int {
    let id = deployments.count + 1
    set(
      Rows.deployment(
        id, demand, priority: priority, createdAt: now, minRuntime: minRuntime, preemptible: preemptible))
    settle()
    return id
  }

  mutating func end(_ id: Int) {
    set(deployments[id]!.ended(at: now))
    settle()
  }

  mutating func reprioritize(_ id: Int, to priority: Int) {
    var next = deployments[id]!
    next.priority = priority
    set(next)
    settle()
  }

  mutating func wait(_ seconds: Double) {
    now = now + seconds
    settle()
  }

  private mutating func set(_ deployment: Deployment) {
    snapshot.change(from: deployments[deployment.id.rawValue], to: deployment)
    deployments[deployment.id.rawValue] = deployment
  }

  private mutating func settle() {
    while true {
      let plan = snapshot.takePlan(by: &strategy, now: now)
      wakeAt = plan.wakeAt
      guard !plan.isEmpty else { return }
      for head in plan.blocked {
        set(deployments[head.rawValue]!.applying(.blocked, at: now))
      }
      for preemption in plan.preemptions {
        set(deployments[preemption.victim.rawValue]!.applying(.preempted(by: preemption.by), at: now))
      }
      for start in plan.starts {
        let node = nodes[start.nodeID.rawValue]!
        set(deployments[start.deploymentID.rawValue]!.started(on: node, start.gpus, at: now))
      }
    }
  }

  // MARK: - Looking

  var running: [Int] {
    deployments.values.filter { $0.phase.liveAttempt != nil }.map(\.id.rawValue).sorted()
  }

  func attempt(_ id: Int) -> Attempt? { deployments[id]!.phase.liveAttempt }
  func node(_ id: Int) -> Int? { attempt(id)?.nodeID.rawValue }
  func reason(_ id: Int) -> Reason { strategy.reason(for: deployments[id]!, in: snapshot, now: now) }
}
