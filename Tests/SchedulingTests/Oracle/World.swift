import Model
import Scheduling

/// What a case has shown to be wrong.
struct Violation: Error, CustomStringConvertible {
  let description: String
}

/// A cluster that is planned as a service would: rows and snapshot side by side, every step checked.
struct World {
  private(set) var facts = Facts()
  private(set) var snapshot: ClusterSnapshot
  private(set) var now = Rows.epoch
  private let strategy: ComposedStrategy
  private var wakeAt: Timestamp?
  private let invariants: [Invariant]
  private var arrivals = 0
  /// How often what happened: a case that reaches nothing shows nothing.
  private(set) var tally: [String: Int] = [:]
  private(set) var plans: [Plan] = []

  init(interval: Int, invariants: [Invariant]) {
    facts.interval = interval
    strategy = ComposedStrategy(
      name: "tested", description: "",
      rules: QueueRules(
        order: PriorityOrder(interval: interval), maxSkip: 1_000_000_000, preemptionsPerHour: 16),
      parts: StrategyParts(preemption: LowerPriority(urgent: 0)))
    snapshot = ClusterSnapshot(clusterID: Rows.clusterID, rules: strategy.rules)
    self.invariants = invariants
  }

  static func run(_ smallCase: SmallCase, invariants: [Invariant]) throws -> World {
    var world = World(interval: smallCase.interval, invariants: invariants)
    for group in smallCase.groups {
      for happening in group { world.perform(happening) }
      try world.settle()
    }
    return world
  }

  // MARK: - Rows

  private mutating func set(_ deployment: Deployment) {
    snapshot.change(from: facts.deployments[deployment.id], to: deployment)
    facts.deployments[deployment.id] = deployment.isFinal ? nil : deployment
  }

  private mutating func set(_ node: Node) {
    snapshot.put(node)
    facts.nodes[node.id] = node
  }

  private mutating func perform(_ happening: Happening) {
    switch happening {
    case .arrive(let need, let priority, let minRuntime, let preemptible):
      now = now + 0.001
      arrivals += 1
      set(
        Rows.deployment(
          arrivals, need, priority: priority, createdAt: now,
          minRuntime: Double(minRuntime),
          preemptible: preemptible))
    case .end(let id):
      if let one = facts.deployments[DeploymentID(id)], !one.isFinal { set(one.ended(at: now)) }
    case .retry(let id):
      guard var one = facts.deployments[DeploymentID(id)], one.phase.liveAttempt != nil else { return }
      one.phase = .pending
      set(one)
    case .reprioritize(let id, let priority):
      guard var one = facts.deployments[DeploymentID(id)], !one.isFinal else { return }
      one.priority = priority
      set(one)
    case .drain, .resize, .addNode, .removeNode: performOnNode(happening)
    case .pause(let paused):
      facts.paused = paused
      snapshot.paused = paused
    case .wait(let seconds): now = now + Double(seconds)
    case .wake: if let wakeAt { now = max(now, wakeAt) }
    }
  }

  private mutating func performOnNode(_ happening: Happening) {
    switch happening {
    case .drain(let id, let drain):
      guard var node = facts.nodes[NodeID(id)] else { return }
      node.drain = drain
      set(node)
    case .resize(let id, let capacity):
      guard var node = facts.nodes[NodeID(id)] else { return }
      guard snapshot.canResize(node.id, to: capacity) else { return }
      node.capacity = capacity
      set(node)
    case .addNode(let capacity, let managed):
      let id = (facts.nodes.keys.max()?.rawValue ?? 0) + 1
      set(Rows.node(id, capacity, managed: managed))
    case .removeNode(let id):
      guard facts.nodes[NodeID(id)] != nil, facts.running(on: NodeID(id)).isEmpty else { return }
      facts.nodes[NodeID(id)] = nil
      snapshot.remove(NodeID(id))
    case .arrive, .end, .retry, .reprioritize, .pause, .wait, .wake: break
    }
  }

  // MARK: - Planning

  private mutating func settle() throws {
    while true {
      let before = facts
      var rebuilt = rebuilt()
      try checkSame(rebuilt)
      let plan = snapshot.takePlan(by: strategy, now: now)
      let fromScratch = rebuilt.takePlan(by: strategy, now: now)
      guard plan.isSame(as: fromScratch) else {
        throw Violation(description: "planned \(plan), and from a rebuilt snapshot \(fromScratch)")
      }
      wakeAt = plan.wakeAt
      plans.append(plan)
      guard !plan.isEmpty else { break }
      try apply(plan)
      if plan.starts.isEmpty, plan.preemptions.isEmpty { continue }
      count(plan, before)
      try check(Moment(kind: .step(plan, before: before), facts: facts, snapshot: snapshot, now: now))
    }
    for deployment in facts.waiting {
      tally[strategy.reason(for: deployment, in: snapshot, now: now).code, default: 0] += 1
    }
    let moment = Moment(
      kind: .settled(wakeAt: wakeAt, strategy: strategy), facts: facts, snapshot: snapshot, now: now)
    try check(moment)
  }

  private func check(_ moment: Moment) throws {
    for invariant in invariants {
      do {
        try invariant.check(moment)
      } catch {
        throw Violation(description: "\(invariant.name): \(error)")
      }
    }
  }

  private mutating func count(_ plan: Plan, _ before: Facts) {
    let kind =
      switch plan.preemptions.count {
      case 0: "start"
      case 1: "eviction of one"
      case _: "eviction of several"
      }
    tally[kind, default: 0] += 1
    if plan.starts.contains(where: { $0.gpus.count > 1 }) { tally["several devices", default: 0] += 1 }
    let starter = plan.starts.first?.deploymentID
    let passed = before.waiting.prefix { $0.id != starter }
    let couldStart = passed.contains { waiting in
      before.openNodes.contains { before.fits(waiting.spec.required, $0) }
    }
    if couldStart { tally["higher priority first", default: 0] += 1 }
  }

  private mutating func apply(_ plan: Plan) throws {
    for id in plan.blocked {
      guard let head = facts.deployments[id], head.phase == .pending else {
        throw Violation(description: "\(id) is called blocked and names one that does not wait")
      }
      set(head.applying(.blocked, at: now))
    }
    for preemption in plan.preemptions {
      guard let victim = facts.deployments[preemption.victim], victim.phase.liveAttempt != nil else {
        throw Violation(description: "victim \(preemption.victim) does not run")
      }
      set(victim.applying(.preempted(by: preemption.by), at: now))
    }
    for start in plan.starts {
      guard let one = facts.deployments[start.deploymentID], one.phase == .pending,
        let node = facts.nodes[start.nodeID]
      else { throw Violation(description: "\(start) cannot start") }
      set(one.started(on: node, start.gpus, at: now))
    }
  }

  // MARK: - Kept against rebuilt

  private func rebuilt() -> ClusterSnapshot {
    var rebuilt = ClusterSnapshot(clusterID: Rows.clusterID, rules: strategy.rules, paused: facts.paused)
    // The opposite of the order in which they came.
    for node in facts.nodes.values.sorted(by: { $0.id > $1.id }) { rebuilt.put(node) }
    for deployment in facts.deployments.values.sorted(by: { $0.id > $1.id }) {
      rebuilt.change(from: nil, to: deployment)
    }
    return rebuilt
  }

  private func checkSame(_ rebuilt: ClusterSnapshot) throws {
    var kept = snapshot
    var rebuilt = rebuilt
    // Protection by min_runtime is judged at the last plan's time.
    let nothing = IdleStrategy(rules: strategy.rules)
    _ = kept.takePlan(by: nothing, now: now)
    _ = rebuilt.takePlan(by: nothing, now: now)
    let (keptPicture, rebuiltPicture) = (Picture(kept), Picture(rebuilt))
    guard keptPicture == rebuiltPicture else {
      throw Violation(
        description: "the kept snapshot is \(keptPicture)\nand the rebuilt one \(rebuiltPicture)")
    }
  }
}

/// Plans nothing.
private struct IdleStrategy: Strategy {
  let name = "idle"
  let description = ""
  let options: [StrategyOption] = []
  let rules: QueueRules
  func plan(_ snapshot: ClusterSnapshot, now: Timestamp) -> Plan { Plan() }
  func reason(for deployment: Deployment, in snapshot: ClusterSnapshot, now: Timestamp) -> Reason {
    Reason(code: "idle", message: "")
  }
}

extension Plan {
  fileprivate func isSame(as other: Plan) -> Bool {
    starts == other.starts && preemptions == other.preemptions && blocked == other.blocked
      && (!isEmpty || wakeAt == other.wakeAt)
  }
}
