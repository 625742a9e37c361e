import Model

/// One cluster as scheduling sees it: nodes with what runs on them, the queue, and what is new since the last plan.
///
/// A value kept by row changes and never rebuilt for a decision. Feeding it: nodes before what runs on them; each
/// row's change once, in the order of the events.
package struct ClusterSnapshot: Sendable {
  package let clusterID: ClusterID
  package private(set) var order: any QueueOrder
  package private(set) var queue = WaitingQueue()
  /// Sums over all nodes, open or not.
  package private(set) var capacity = Resources.zero
  package private(set) var used = Resources.zero
  package private(set) var runningCount = 0
  package private(set) var news = News()
  private(set) var table: NodeTable
  /// What placements that look ahead expect.
  private(set) var mix: ShapeMix
  let memo = PlacementMemo()
  /// The latest `now` of a plan: protection by min_runtime is judged at it.
  private var clock = Timestamp(milliseconds: .min)

  /// While true nothing starts and nothing is preempted.
  package var paused: Bool {
    didSet { if oldValue && !paused { news.addEverything() } }
  }

  package init(clusterID: ClusterID, order: any QueueOrder, paused: Bool = false) {
    self.clusterID = clusterID
    self.order = order
    self.paused = paused
    table = NodeTable(memo)
    mix = ShapeMix(memo)
  }

  /// Another strategy: the queue is sorted by its order, and everything is tried anew.
  package mutating func use(_ order: any QueueOrder) {
    self.order = order
    let entries = Array(queue)
    queue = WaitingQueue()
    for entry in entries { queue.insert(entry.waiting, key: order.key(of: entry.waiting)) }
    news.addEverything()
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
    release(node.id)
  }

  /// A node leaves when nothing runs on it.
  package mutating func remove(_ id: NodeID) {
    guard let old = table.remove(id) else { return }
    capacity -= old.node.capacity
    news.drop(id)
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
      case .running(let attempt): release(old, attempt)
      case .finished: break
      }
    }
    guard let new else { return }
    switch new.phase {
    case .pending: join(new)
    case .running(let attempt): hold(new, attempt)
    case .finished: break
    }
  }

  private mutating func join(_ deployment: Deployment) {
    let waiting = Waiting(deployment)
    let key = order.key(of: waiting)
    queue.insert(waiting, key: key)
    news.add(key)
  }

  private mutating func leave(_ deployment: Deployment) {
    let key = order.key(of: Waiting(deployment))
    queue.remove(key)
    news.drop(key)
  }

  private mutating func hold(_ deployment: Deployment, _ attempt: Attempt) {
    used += deployment.spec.required
    runningCount += 1
    table.add(Allocation(deployment, attempt), now: clock)
  }

  private mutating func release(_ deployment: Deployment, _ attempt: Attempt) {
    used -= deployment.spec.required
    runningCount -= 1
    table.remove(deployment.id, from: attempt.nodeID)
    release(attempt.nodeID)
  }

  /// More room on a node, or more that gives way: news for those who wait, when there are any.
  private mutating func release(_ node: NodeID) {
    if !queue.isEmpty { news.release(node) }
  }

  /// Tells placements which shapes to expect from now on, and how often; with none they learn from what comes.
  package mutating func expect(_ shapes: [Shape: Int]) { mix.know(shapes) }

  // MARK: - Planning

  /// The next step to take, given what is new. Apply it (preemptions, then starts) and ask again until it is empty.
  package mutating func takePlan(by strategy: any Strategy, now: Timestamp) -> Plan {
    clock = max(clock, now)
    for node in table.endProtection(at: clock) { release(node) }
    let plan = strategy.plan(self, now: clock)
    news.absorb(plan)
    return plan
  }

  /// Has everything tried anew at the next plan.
  package mutating func doubtEverything() { news.addEverything() }

  /// How many go before it; nil when it does not wait here.
  package func position(of deployment: Deployment) -> Int? {
    queue.position(of: order.key(of: Waiting(deployment)))
  }
}
