import Model
import Scheduling

/// An invariant that a case has shown to be broken.
struct BrokenInvariant: Error, CustomStringConvertible {
  let description: String
}

/// A cluster that is planned as a service would: rows and snapshot side by side, every step checked.
struct ModelCluster {
  var facts = Facts()
  var snapshot: ClusterSnapshot
  private(set) var now = Rows.epoch
  /// The strategy as it was made, which has planned nothing yet.
  let made: any Strategy
  var strategy: any Strategy
  var wakeAt: Timestamp?
  let invariants: [Invariant]
  private var arrivals = 0
  /// How often what happened: a case that reaches nothing shows nothing.
  var tally: [String: Int] = [:]
  var plans: [Plan] = []

  init(_ policy: Policy, invariants: [Invariant]) throws {
    facts.policy = policy
    made = try policy.makeStrategy()
    strategy = made
    snapshot = ClusterSnapshot(clusterID: Rows.clusterID, rules: strategy.rules)
    self.invariants = invariants
  }

  static func run(_ smallCase: SmallCase, invariants: [Invariant]) throws -> ModelCluster {
    var model = try ModelCluster(smallCase.policy, invariants: invariants)
    for group in smallCase.groups {
      for event in group { model.perform(event) }
      try model.settle()
    }
    return model
  }

  // MARK: - Rows

  mutating func set(_ deployment: Deployment) {
    snapshot.change(from: facts.deployments[deployment.id], to: deployment)
    facts.deployments[deployment.id] = deployment.isFinal ? nil : deployment
    grant(deployment.userID)
  }

  /// What a limit leaves is worked out by those who know limits.
  private mutating func grant(_ user: UserID) {
    snapshot.setAllowance(of: user, to: facts.allowance(of: user))
  }

  private mutating func set(_ node: Node) {
    snapshot.put(node)
    facts.nodes[node.id] = node
  }

  /// Nil when it has ended.
  private func live(_ id: Int) -> Deployment? { facts.deployments[DeploymentID(id)] }

  private mutating func perform(_ event: ModelEvent) {
    switch event {
    case .arrive(let asked): arrive(asked)
    case .end(let id): if let one = live(id) { set(one.ended(at: now)) }
    case .retry(let id):
      if let one = live(id), one.phase.liveAttempt != nil {
        set(one.applying(.retried(exitCode: 1, message: nil), at: now))
      }
    case .checkpoint(let id):
      if let one = live(id), one.phase.liveAttempt != nil {
        set(one.applying(.checkpointed(reference: "x"), at: now))
      }
    case .reprioritize(let id, let priority):
      if let one = live(id) { set(one.applying(.reprioritized(priority: priority), at: now)) }
    case .limit(let user, let most):
      facts.limits[UserID(user)] = most
      grant(UserID(user))
    case .drain, .resize, .addNode, .relabel, .removeNode: performOnNode(event)
    case .pause(let paused):
      facts.paused = paused
      snapshot.paused = paused
    case .wait(let seconds): now = now + Double(seconds)
    case .waitForEnd:
      let ends = facts.deployments.values.compactMap { facts.knownEnd($0, now: now) }
      if let end = ends.filter({ $0 > now }).min() { now = end }
    case .wake: if let wakeAt { now = max(now, wakeAt) }
    }
  }

  private mutating func arrive(_ asked: Asked) {
    now = now + 0.001
    arrivals += 1
    let zones = asked.zones.isEmpty ? [] : [LabelCondition(key: "zone", values: asked.zones)]
    set(
      Rows.deployment(
        arrivals, asked.demand, priority: asked.priority, createdAt: now,
        minRuntime: Double(asked.minRuntime),
        preemptible: asked.preemptible, maxDuration: asked.maxDuration.map { Double($0) }, user: asked.user,
        conditions: zones))
  }

  private mutating func performOnNode(_ event: ModelEvent) {
    switch event {
    case .drain(let id, let drain): change(id) { $0.drain = drain }
    case .resize(let id, let capacity):
      if snapshot[NodeID(id)]?.couldHave(capacity) ?? false { change(id) { $0.capacity = capacity } }
    case .relabel(let id, let zone): change(id) { $0.labels = Self.labels(zone) }
    case .addNode(let capacity, let managed, let zone):
      let id = (facts.nodes.keys.max()?.rawValue ?? 0) + 1
      set(Rows.node(id, capacity, managed: managed, labels: Self.labels(zone)))
    case .removeNode(let id):
      guard facts.nodes[NodeID(id)] != nil, facts.running(on: NodeID(id)).isEmpty else { return }
      facts.nodes[NodeID(id)] = nil
      snapshot.remove(NodeID(id))
    case .arrive, .end, .retry, .checkpoint, .reprioritize, .limit, .pause, .wait, .waitForEnd, .wake: break
    }
  }

  private mutating func change(_ id: Int, _ body: (inout Node) -> Void) {
    guard var node = facts.nodes[NodeID(id)] else { return }
    body(&node)
    set(node)
  }

  private static func labels(_ zone: String?) -> [StringPair] {
    zone.map { [StringPair(key: "zone", value: $0)] } ?? []
  }
}
