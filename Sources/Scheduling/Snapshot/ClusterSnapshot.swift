import Model

/// One cluster as scheduling sees it: nodes with what runs on them and what nominees are promised, the queue, and what is new since the last plan.
///
/// A value kept by row changes and never rebuilt for a decision. Feeding it: nodes before what runs on them; each
/// row's change once, in the order of the events.
package struct ClusterSnapshot: Sendable {
  package let clusterID: ClusterID
  package private(set) var rules: QueueRules
  package private(set) var queue: PendingQueue
  /// Sums over all nodes, open or not.
  package private(set) var capacity = Resources.zero
  package private(set) var used = Resources.zero
  package private(set) var runningCount = 0
  /// Who has a place that is being cleared; in no queue.
  private(set) var nominees: [DeploymentID: Nominee] = [:]
  package private(set) var dirty = DirtySet()
  private(set) var table: NodeTable
  /// What placements that look ahead expect.
  private(set) var mix: ShapeMix
  let memo = Memo()
  /// What each user runs here; kept under fair shares.
  private var held: [UserID: Resources] = [:]
  /// The latest `now` of a plan: protection by min_runtime is judged at it.
  private(set) var clock = Timestamp(milliseconds: .min)

  /// While true nothing starts and nothing is preempted.
  package var paused: Bool {
    didSet { if oldValue && !paused { invalidateAll() } }
  }

  package init(clusterID: ClusterID, rules: QueueRules, paused: Bool = false) {
    self.clusterID = clusterID
    self.rules = rules
    queue = PendingQueue(rules)
    self.paused = paused
    table = NodeTable(memo)
    mix = ShapeMix(memo)
  }

  /// Another strategy: the queue is sorted by its rules, and everything is tried anew.
  package mutating func use(_ rules: QueueRules) {
    let pending = queue.map(\.pending)
    let allowances = queue.allowances
    self.rules = rules
    queue = PendingQueue(rules)
    for (user, allowance) in allowances { queue.setAllowance(of: user, to: allowance) }
    for one in pending { queue.insert(one) }
    table.use(rules, now: clock)
    held = [:]
    for node in table.nodes {
      for allocation in node.allocations.values { count(allocation.userID, allocation.held) }
    }
    for nominee in nominees.values { count(nominee.pending.userID, nominee.pending.demand) }
    invalidateAll()
  }

  /// What the user may still start here, by limits that are not the cluster's; nil: anything.
  package mutating func setAllowance(of user: UserID, to allowance: Resources?) {
    queue.setAllowance(of: user, to: allowance)
    dirty.invalidateReservations()
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
    dirty.drop(id)
    dirty.invalidateReservations()
  }

  // MARK: - Deployments

  /// Follows one deployment from one row to the next; nil: it did not exist, or is forgotten.
  package mutating func change(from old: Deployment?, to new: Deployment?) {
    mix.follow(from: old, to: new)
    if let old {
      switch old.phase {
      case .pending: leave(old)
      case .starting(let attempt), .running(let attempt), .stopping(let attempt, _): release(old, attempt)
      case .nominated(let nomination): withdraw(old, nomination)
      case .finished: break
      }
    }
    guard let new else { return }
    switch new.phase {
    case .pending: join(new)
    case .starting(let attempt), .running(let attempt), .stopping(let attempt, _): hold(new, attempt)
    case .nominated(let nomination): self.nomination(new, nomination)
    case .finished: break
    }
  }

  private mutating func join(_ deployment: Deployment) {
    let pending = PendingDeployment(deployment)
    queue.insert(pending)
    table.keepMask(deployment.spec.conditions)
    // It may be the new head.
    dirty.invalidateReservations()
  }

  private mutating func leave(_ deployment: Deployment) {
    queue.remove(PendingDeployment(deployment))
    dirty.invalidateReservations()
    let conditions = deployment.spec.conditions
    if !conditions.isEmpty, !queue.partitions.contains(where: { $0.id.conditions == conditions }) {
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

  private mutating func nomination(_ deployment: Deployment, _ nomination: NominatedPlacement) {
    let nominee = Nominee(deployment, nomination)
    nominees[deployment.id] = nominee
    table.addNomination(nominee.place)
    count(deployment.userID, deployment.spec.required)
  }

  private mutating func withdraw(_ deployment: Deployment, _ nomination: NominatedPlacement) {
    nominees[deployment.id] = nil
    table.removeNomination(deployment.id, from: nomination.nodeID)
    release(nomination.nodeID)
    count(deployment.userID, .zero - deployment.spec.required)
  }

  // MARK: - Fair shares

  private mutating func count(_ user: UserID, _ more: Resources) {
    guard rules.isFair else { return }
    held[user, default: .zero] += more
    if held[user] == .zero { held[user] = nil }
    queue.setRank(of: user, to: dominantShare(of: user))
    dirty.invalidateReservations()
  }

  private mutating func rankEverybody() {
    for user in held.keys { queue.setRank(of: user, to: dominantShare(of: user)) }
  }

  /// The largest of the user's shares of what the cluster has, in billionths.
  package func dominantShare(of user: UserID) -> Int {
    guard let held = held[user] else { return 0 }
    return ResourceKind.allCases.reduce(0) { most, kind in
      let all = kind.amount(of: capacity).value
      guard all > 0 else { return most }
      // A cluster's worth of thousandths times a billion is beyond 64 bits.
      return max(most, Int(clamping: Int128(kind.amount(of: held).value) * 1_000_000_000 / Int128(all)))
    }
  }

  /// More room on a node, or more that gives way: to be looked at when anybody waits.
  private mutating func release(_ node: NodeID) {
    if !queue.isEmpty, !dirty.release(node) { queue.addEverything() }
  }

  /// Tells placements which shapes to expect from now on, and how often; with none they learn from what comes.
  package mutating func expect(_ shapes: [Shape: Int]) { mix.know(shapes) }

  // MARK: - Planning

  /// Judges at a time what time alone changes: protection and patience.
  mutating func advance(to now: Timestamp) {
    clock = max(clock, now)
    for node in table.endProtection(at: clock) { release(node) }
    table.endPatience(at: clock)
  }

  /// Nothing more can be done about anything that is new.
  mutating func settle() {
    queue.forgetUntried(before: nil)
    dirty.forget()
  }

  /// A step is taken; the rest of what is new is still to be looked at.
  mutating func settle(_ progress: DirtySet.Progress) {
    if let tried = progress.tried { queue.forgetUntried(before: tried) }
    dirty.forget(progress)
  }

  /// Has everything tried anew at the next plan.
  package mutating func invalidateAll() {
    queue.addEverything()
    dirty.invalidateReservations()
  }

  /// How many go before it; nil when it does not wait here.
  package func position(of deployment: Deployment) -> Int? {
    queue.position(of: PendingDeployment(deployment))
  }
}
