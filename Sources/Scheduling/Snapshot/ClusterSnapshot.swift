import Model

/// One cluster as scheduling sees it: nodes with what runs on them and is claimed of them, the queue, and what is new since the last plan.
///
/// A value kept by row changes and never rebuilt for a decision. Feeding it: nodes before what runs on them; each
/// row's change once, in the order of the events.
package struct ClusterSnapshot: Sendable {
  package let clusterID: ClusterID
  package private(set) var rules: QueueRules
  package private(set) var queue: WaitingQueue
  /// Sums over all nodes, open or not.
  package private(set) var capacity = Resources.zero
  package private(set) var used = Resources.zero
  package private(set) var runningCount = 0
  /// Who has a place that is being cleared; in no queue.
  private(set) var claimants: [DeploymentID: Claimant] = [:]
  package private(set) var news = News()
  private(set) var table: NodeTable
  /// What placements that look ahead expect.
  private(set) var mix: ShapeMix
  let memo = PlacementMemo()
  /// What each user runs here; kept under fair shares.
  private var held: [UserID: Resources] = [:]
  /// The latest `now` of a plan: protection by min_runtime is judged at it.
  private var clock = Timestamp(milliseconds: .min)

  /// While true nothing starts and nothing is preempted.
  package var paused: Bool {
    didSet { if oldValue && !paused { doubtEverything() } }
  }

  package init(clusterID: ClusterID, rules: QueueRules, paused: Bool = false) {
    self.clusterID = clusterID
    self.rules = rules
    queue = WaitingQueue(rules)
    self.paused = paused
    table = NodeTable(memo)
    mix = ShapeMix(memo)
  }

  /// Another strategy: the queue is sorted by its rules, and everything is tried anew.
  package mutating func use(_ rules: QueueRules) {
    let waiting = queue.map(\.waiting)
    let allowances = queue.allowances
    self.rules = rules
    queue = WaitingQueue(rules)
    for (user, allowance) in allowances { queue.setAllowance(of: user, to: allowance) }
    for one in waiting { queue.insert(one) }
    table.use(rules, now: clock)
    held = [:]
    for node in table.nodes {
      for allocation in node.allocations.values { count(allocation.userID, allocation.held) }
    }
    for claimant in claimants.values { count(claimant.waiting.userID, claimant.waiting.need) }
    doubtEverything()
  }

  /// What the user may still start here, by limits that are not the cluster's; nil: anything.
  package mutating func setAllowance(of user: UserID, to allowance: Resources?) {
    queue.setAllowance(of: user, to: allowance)
    news.doubtClaims()
  }

  // MARK: - Nodes

  /// Nodes rising by id.
  package var nodes: [NodeOccupancy] { table.nodes }
  package subscript(id: NodeID) -> NodeOccupancy? { table[id] }

  /// Adds the node or takes its new row over.
  package mutating func put(_ node: Node) {
    if let old = table[node.id] { capacity -= old.node.capacity }
    capacity += node.capacity
    table.put(node)
    rankEverybody()
    release(node.id)
  }

  /// A node leaves when nothing runs on it.
  package mutating func remove(_ id: NodeID) {
    guard let old = table.remove(id) else { return }
    capacity -= old.node.capacity
    rankEverybody()
    news.drop(id)
    news.doubtClaims()
  }

  /// Whether a node could have another capacity and still hold what runs on it, device by device.
  package func canResize(_ id: NodeID, to capacity: Resources) -> Bool {
    table[id]?.canBecome(capacity) ?? false
  }

  // MARK: - Deployments

  /// Follows one deployment from one row to the next; nil: it did not exist, or is forgotten.
  package mutating func change(from old: Deployment?, to new: Deployment?) {
    mix.follow(from: old, to: new)
    if let old {
      switch old.phase {
      case .pending: leave(old)
      case .starting(let attempt), .running(let attempt), .stopping(let attempt, _): release(old, attempt)
      case .claiming(let claim): unclaim(old, claim)
      case .finished: break
      }
    }
    guard let new else { return }
    switch new.phase {
    case .pending: join(new)
    case .starting(let attempt), .running(let attempt), .stopping(let attempt, _): hold(new, attempt)
    case .claiming(let claim): self.claim(new, claim)
    case .finished: break
    }
  }

  private mutating func join(_ deployment: Deployment) {
    let waiting = Waiting(deployment)
    queue.insert(waiting)
    table.keepMask(deployment.spec.conditions)
    // It may be the new head.
    news.doubtClaims()
  }

  private mutating func leave(_ deployment: Deployment) {
    queue.remove(Waiting(deployment))
    news.doubtClaims()
    let conditions = deployment.spec.conditions
    if !conditions.isEmpty, !queue.lanes.contains(where: { $0.id.conditions == conditions }) {
      table.dropMask(conditions)
    }
  }

  private mutating func hold(_ deployment: Deployment, _ attempt: Attempt) {
    used += deployment.spec.required
    runningCount += 1
    table.add(Allocation(deployment, attempt, rules), now: clock)
    count(deployment.userID, deployment.spec.required)
  }

  private mutating func release(_ deployment: Deployment, _ attempt: Attempt) {
    used -= deployment.spec.required
    runningCount -= 1
    table.remove(deployment.id, from: attempt.nodeID)
    release(attempt.nodeID)
    count(deployment.userID, .zero - deployment.spec.required)
  }

  private mutating func claim(_ deployment: Deployment, _ claim: Claim) {
    let claimant = Claimant(deployment, claim)
    claimants[deployment.id] = claimant
    table.addClaim(claimant.place)
    count(deployment.userID, deployment.spec.required)
  }

  private mutating func unclaim(_ deployment: Deployment, _ claim: Claim) {
    claimants[deployment.id] = nil
    table.removeClaim(deployment.id, from: claim.nodeID)
    release(claim.nodeID)
    count(deployment.userID, .zero - deployment.spec.required)
  }

  // MARK: - Fair shares

  private mutating func count(_ user: UserID, _ more: Resources) {
    guard rules.isFair else { return }
    held[user, default: .zero] += more
    if held[user] == .zero { held[user] = nil }
    queue.setRank(of: user, to: dominantShare(of: user))
    news.doubtClaims()
  }

  private mutating func rankEverybody() {
    for user in held.keys { queue.setRank(of: user, to: dominantShare(of: user)) }
  }

  /// The largest of the user's shares of what the cluster has, in billionths.
  package func dominantShare(of user: UserID) -> Int {
    guard let held = held[user] else { return 0 }
    return ResourceKind.allCases.reduce(0) { most, kind in
      let all = kind.amount(of: capacity).value
      return all > 0 ? max(most, kind.amount(of: held).value * 1_000_000_000 / all) : most
    }
  }

  /// More room on a node, or more that gives way: news for those who wait, when there are any.
  private mutating func release(_ node: NodeID) {
    if !queue.isEmpty, !news.release(node) { queue.addEverything() }
  }

  /// Tells placements which shapes to expect from now on, and how often; with none they learn from what comes.
  package mutating func expect(_ shapes: [Shape: Int]) { mix.know(shapes) }

  // MARK: - Planning

  /// The next step to take, given what is new. Apply it (withdrawals, preemptions, claims, then starts) and ask again
  /// until it is empty.
  package mutating func takePlan(by strategy: any Strategy, now: Timestamp) -> Plan {
    clock = max(clock, now)
    for node in table.endProtection(at: clock) { release(node) }
    table.endPatience(at: clock)
    if let step = claimStep { return step }
    var plan = strategy.plan(self, now: clock)
    if plan.isEmpty {
      queue.forgetUntried(before: nil)
    } else if let tried = plan.progress.tried {
      queue.forgetUntried(before: tried)
    }
    news.absorb(plan)
    if !claimants.isEmpty { plan.wakeAt = [plan.wakeAt, table.patienceEnd].compactMap(\.self).min() }
    return plan
  }

  /// Has everything tried anew at the next plan.
  package mutating func doubtEverything() {
    queue.addEverything()
    news.doubtClaims()
  }

  /// How many go before it; nil when it does not wait here.
  package func position(of deployment: Deployment) -> Int? {
    queue.position(of: Waiting(deployment))
  }
}
