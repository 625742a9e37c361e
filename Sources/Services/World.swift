import JSON
import Model
import Scheduling

/// The state with what planning derives from it, folded together so that neither is ever rebuilt.
package struct World: Sendable {
  package private(set) var state = State()
  /// Every cluster as its strategy sees it.
  package private(set) var snapshots: [ClusterID: ClusterSnapshot] = [:]
  private var strategies: [ClusterID: any Strategy] = [:]
  /// What the strategies were made of.
  private var choices: [ClusterID: JSONValue] = [:]
  /// Clusters in which something changed since their last plan.
  package private(set) var unsettled: Set<ClusterID> = []
  /// When time alone could next change a cluster's plan.
  private var wakes: [ClusterID: Timestamp] = [:]
  /// When running attempts have lasted too long, earliest first.
  package private(set) var deadlines = DeadlineQueue()
  /// While rows and the journal are read, only the state is folded; the rest is derived once after.
  private var isLoading = true

  package init() {}

  /// The cluster's next step. To be recorded and asked for again until it is empty.
  package mutating func takePlan(of cluster: ClusterID, now: Timestamp) -> Plan {
    unsettled.remove(cluster)
    guard let strategy = strategies[cluster] else { return Plan() }
    let plan = snapshots[cluster]?.takePlan(by: strategy, now: now) ?? Plan()
    wakes[cluster] = plan.wakeAt
    return plan
  }

  /// The clusters to be planned: something changed there, or their time has come.
  package func unplanned(at now: Timestamp) -> [ClusterID] {
    guard !wakes.isEmpty else { return unsettled.sorted() }
    return unsettled.union(wakes.filter { $0.value <= now }.keys).sorted()
  }

  /// When something is to be done though nobody asks.
  package var nextWake: Timestamp? {
    [deadlines.first, wakes.values.min()].compactMap { $0 }.min()
  }

  /// Why a pending deployment waits, asked of its cluster's strategy.
  package func reason(for deployment: Deployment, now: Timestamp) -> Reason? {
    guard let snapshot = snapshots[deployment.clusterID], let strategy = strategies[deployment.clusterID]
    else {
      return nil
    }
    return strategy.reason(for: deployment, in: snapshot, now: now)
  }

  package mutating func dropPassedDeadlines(at now: Timestamp) {
    deadlines.dropFirst(through: now)
  }
}

extension World: Fold {
  package typealias Row = State.Row

  package static var tables: [String] { State.tables }
  package static var historyTable: String { State.historyTable }

  package mutating func begin(table: String, through seq: Int, nextID: Int) {
    state.begin(table: table, through: seq, nextID: nextID)
  }

  package static func decode(_ row: JSONObject, of table: String) throws -> Row {
    try State.decode(row, of: table)
  }

  package mutating func insert(_ row: Row) { state.insert(row) }

  package mutating func finishLoading() throws {
    try state.finishLoading()
    for cluster in state.clusters { addSnapshot(of: cluster) }
    for node in state.nodes { snapshots[node.clusterID]?.put(node) }
    for deployment in state.deployments where !deployment.isFinal {
      deploymentChanged(from: nil, to: deployment)
    }
    isLoading = false
  }

  package func nextID(of table: String) -> Int { state.nextID(of: table) }

  package func forEachRow(of table: String, _ body: (JSONObject, Bool) throws -> Void) rethrows {
    try state.forEachRow(of: table, body)
  }

  package mutating func dropFinalRows(through seq: Int) { state.dropFinalRows(through: seq) }

  package func findings() -> [String] { state.findings() }

  package mutating func apply(_ record: Record<Event>) throws {
    guard !isLoading else {
      try state.apply(record)
      return
    }
    var before: Deployment?
    if case .deploymentChanged(let scope, _) = record.event { before = state.deployments[scope.deploymentID] }
    try state.apply(record)
    switch record.event {
    case .deploymentCreated(let deployment): deploymentChanged(from: nil, to: deployment)
    case .deploymentChanged(let scope, _):
      if let after = state.deployments[scope.deploymentID] { deploymentChanged(from: before, to: after) }
    case .nodeAdded(let node), .nodeUpdated(let node): snapshots[node.clusterID]?.put(node)
    case .nodeRemoved(let node, let scope): snapshots[scope.clusterID]?.remove(node)
    case .clusterCreated(let cluster): addSnapshot(of: cluster)
    case .clusterChanged(let scope, .updated):
      if let cluster = state.clusters[scope.clusterID] { updateSnapshot(of: cluster) }
    case .clusterChanged(let scope, .deleted):
      snapshots[scope.clusterID] = nil
      strategies[scope.clusterID] = nil
      choices[scope.clusterID] = nil
      wakes[scope.clusterID] = nil
      unsettled.remove(scope.clusterID)
    case .userRegistered, .userChanged, .sessionCreated, .sessionRevoked, .organizationCreated,
      .organizationCodeRotated, .organizationLimitsSet, .inviteCreated, .inviteChanged, .requestAnswered:
      break
    }
    if let cluster = record.event.plannedCluster { unsettled.insert(cluster) }
  }

  private mutating func addSnapshot(of cluster: Cluster) {
    // What an older version accepted and this one does not know is planned by the standard strategy.
    let strategy = (try? StrategyCatalog.make(cluster.strategy)) ?? StrategyCatalog.standard
    strategies[cluster.id] = strategy
    choices[cluster.id] = cluster.strategy
    snapshots[cluster.id] = ClusterSnapshot(
      clusterID: cluster.id, rules: strategy.rules, paused: cluster.paused)
    unsettled.insert(cluster.id)
  }

  private mutating func updateSnapshot(of cluster: Cluster) {
    snapshots[cluster.id]?.paused = cluster.paused
    guard choices[cluster.id] != cluster.strategy,
      let strategy = try? StrategyCatalog.make(cluster.strategy)
    else { return }
    strategies[cluster.id] = strategy
    choices[cluster.id] = cluster.strategy
    snapshots[cluster.id]?.use(strategy.rules)
  }

  private mutating func deploymentChanged(from before: Deployment?, to after: Deployment) {
    snapshots[after.clusterID]?.change(from: before, to: after)
    if let deadline = after.deadline { deadlines.insert(after.id, at: deadline) }
  }
}
