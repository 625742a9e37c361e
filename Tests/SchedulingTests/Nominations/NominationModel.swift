import Model

@testable import Scheduling

/// A cluster of nodes whose agents take their time to stop what runs there, planned as a service would.
///
/// Of the happenings of a small case some mean something else here: a checkpoint is a cancel, a retry the loss of the
/// node, a wake-up its agent's return, and the end that is known the time at which a plan asks to be made. An end of what stops is what was ordered.
struct NominationModel {
  var facts = Facts()
  var snapshot: ClusterSnapshot
  private(set) var now = Rows.epoch
  /// The strategy as it was made, which has planned nothing yet.
  let made: any Strategy
  var strategy: any Strategy
  private var arrivals = 0
  var wakeAt: Timestamp?
  /// How often what happened.
  var tally: [String: Int] = [:]

  init(_ policy: Policy) throws {
    facts.policy = policy
    made = try policy.makeStrategy()
    strategy = made
    snapshot = ClusterSnapshot(clusterID: Rows.clusterID, rules: strategy.rules)
  }

  static func run(_ smallCase: SmallCase) throws -> NominationModel {
    var model = try NominationModel(smallCase.policy)
    for group in smallCase.groups {
      for event in group { model.perform(event) }
      try model.settle()
    }
    try model.calmDown()
    return model
  }

  mutating func play(_ event: ModelEvent) throws {
    perform(event)
    try settle()
  }

  /// Everything that stops ends, every agent is there, nothing is paused: then nobody has a nomination any more.
  private mutating func calmDown() throws {
    facts.paused = false
    snapshot.paused = false
    for id in facts.nodes.keys.sorted() {
      change(id.rawValue) { node in
        node.contact = .heard
        node.drain = false
      }
    }
    try settle()
    for _ in 0..<50 {
      let stopping = facts.deployments.values.filter { $0.stopOrder != nil }.map(\.id).sorted()
      if stopping.isEmpty { break }
      for id in stopping { end(id.rawValue) }
      try settle()
    }
    try Invariant.require(
      facts.deployments.values.allSatisfy { $0.phase.nomination == nil && $0.stopOrder == nil },
      "a nomination is left when nothing stops")
  }

  mutating func set(_ deployment: Deployment) {
    snapshot.change(from: facts.deployments[deployment.id], to: deployment)
    facts.deployments[deployment.id] = deployment.isFinal ? nil : deployment
    grant(deployment.userID)
  }

  private mutating func grant(_ user: UserID) {
    snapshot.setAllowance(of: user, to: facts.allowance(of: user))
  }

  private mutating func set(_ node: Node) {
    snapshot.put(node)
    facts.nodes[node.id] = node
  }

  private func live(_ id: Int) -> Deployment? { facts.deployments[DeploymentID(id)] }

  // MARK: - What happens

  private mutating func perform(_ event: ModelEvent) {
    switch event {
    case .arrive(let asked): arrive(asked)
    case .end(let id): end(id)
    case .checkpoint(let id): cancel(id)
    case .retry(let id):
      if let node = live(id)?.phase.liveAttempt?.nodeID, facts.nodes[node]?.managed ?? false { lose(node) }
    case .wake:
      for node in facts.nodes.values where node.contact == .lost {
        change(node.id.rawValue) { $0.contact = .heard }
      }
    case .reprioritize(let id, let priority):
      if let one = live(id) { set(one.applying(.reprioritized(priority: priority), at: now)) }
    case .limit(let user, let most):
      // Lower than a nominee it is another's to give that up.
      if most.map({ facts.held(by: UserID(user)).fits(in: $0) }) ?? true {
        facts.limits[UserID(user)] = most
        grant(UserID(user))
      }
    case .drain, .resize, .addNode, .relabel, .removeNode: performOnNode(event)
    case .pause(let paused):
      facts.paused = paused
      snapshot.paused = paused
    case .wait(let seconds): now = now + Double(seconds)
    case .waitForEnd: if let wakeAt { now = max(now, wakeAt) }
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

  private mutating func end(_ id: Int) {
    guard let one = live(id) else { return }
    if case .preempted(let by) = one.stopOrder?.cause {
      tally["victim ended", default: 0] += 1
      set(one.applying(.preempted(by: by), at: now))
    } else {
      set(one.ended(at: now))
    }
  }

  private mutating func cancel(_ id: Int) {
    guard let one = live(id) else { return }
    if one.phase.nomination != nil { tally["nominee cancelled", default: 0] += 1 }
    let isManaged = one.phase.liveAttempt?.isManaged ?? false
    set(isManaged ? one.applying(.stopping(.cancelled(by: "x")), at: now) : one.ended(at: now))
  }

  private mutating func lose(_ node: NodeID) {
    change(node.rawValue) { $0.contact = .lost }
    for running in facts.running(on: node) {
      if running.deployment.stopOrder != nil {
        end(running.deployment.id.rawValue)
      } else {
        set(running.deployment.applying(.lost(message: ""), at: now))
      }
    }
  }

  private mutating func performOnNode(_ event: ModelEvent) {
    switch event {
    case .drain(let id, let drain): change(id) { $0.drain = drain }
    case .resize(let id, let capacity):
      if snapshot[NodeID(id)]?.couldHave(capacity) ?? false { change(id) { $0.capacity = capacity } }
    case .relabel(let id, let zone): change(id) { $0.labels = Self.labels(zone) }
    case .addNode(let capacity, let isPlain, let zone):
      let id = (facts.nodes.keys.max()?.rawValue ?? 0) + 1
      var node = Rows.node(id, capacity, managed: !isPlain, labels: Self.labels(zone))
      node.contact = .heard
      set(node)
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

extension Deployment {
  var stopOrder: StopOrder? {
    guard case .stopping(_, let order) = phase else { return nil }
    return order
  }
}
