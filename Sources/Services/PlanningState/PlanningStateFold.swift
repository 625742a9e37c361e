import JSON
import Model
import Scheduling
import Storage

extension PlanningState: Fold {
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
    for node in state.nodes { follow(node) }
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

  package func findings(at now: Timestamp) -> [String] {
    let findings = state.findings(at: now)
    return findings.isEmpty ? trialFindings(at: now) : findings
  }

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
    case .nodeAdded(let node), .nodeUpdated(let node): follow(node)
    case .nodeHeard(let node, _), .nodeLost(let node, _):
      if let node = state.nodes[node] { follow(node) }
    case .nodeRemoved(let node, let scope):
      snapshots[scope.clusterID]?.remove(node)
      heardNodes.remove(node)
      orderCounts[node] = nil
    case .clusterCreated(let cluster): addSnapshot(of: cluster)
    case .clusterChanged(let scope, .updated):
      if let cluster = state.clusters[scope.clusterID] { updateSnapshot(of: cluster) }
    case .clusterChanged(let scope, .deleted): dropSnapshot(of: scope.clusterID)
    case .organizationLimitsSet(let organization, _): limitsChanged(of: organization)
    case .userRegistered, .userChanged, .sessionCreated, .sessionRevoked, .organizationCreated,
      .organizationCodeRotated, .inviteCreated, .inviteChanged, .requestAnswered:
      break
    }
    if let cluster = record.event.plannedCluster { unsettled.insert(cluster) }
  }

  private mutating func follow(_ node: Node) {
    snapshots[node.clusterID]?.put(node)
    if node.managed, node.contact == .heard { heardNodes.insert(node.id) } else { heardNodes.remove(node.id) }
  }

  // MARK: - Clusters

  private mutating func addSnapshot(of cluster: Cluster) {
    // What an older version accepted and this one does not know is planned by the standard strategy.
    let strategy = (try? StrategyCatalog.make(cluster.strategy)) ?? StrategyCatalog.standard
    strategies[cluster.id] = strategy
    choices[cluster.id] = cluster.strategy
    snapshots[cluster.id] = ClusterSnapshot(
      clusterID: cluster.id, rules: strategy.rules, paused: cluster.paused)
    unsettled.insert(cluster.id)
    for member in usage.members(of: cluster.organizationID) {
      let allowance = allowance(of: member)
      snapshots[cluster.id]?.setAllowance(of: member.userID, to: allowance)
    }
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

  private mutating func dropSnapshot(of cluster: ClusterID) {
    snapshots[cluster] = nil
    strategies[cluster] = nil
    choices[cluster] = nil
    wakes[cluster] = nil
    unsettled.remove(cluster)
  }

  // MARK: - Limits

  func allowance(of member: Member) -> Resources? {
    state.organizations[member.organizationID]?.limits.allowance(beside: usage[member].running)
  }

  /// Tells all clusters of the organization what the user may still start: a change in one may let somebody start in
  /// another. Of a user who has nothing they know nothing, so that no limit stays behind that was taken away meanwhile.
  private mutating func tellAllowance(of member: Member) {
    let allowance = usage.has(member) ? allowance(of: member) : nil
    for cluster in state.organizationClusters[member.organizationID, default: []] {
      snapshots[cluster]?.setAllowance(of: member.userID, to: allowance)
      unsettled.insert(cluster)
    }
  }

  private mutating func limitsChanged(of organization: OrganizationID) {
    for member in usage.members(of: organization) { tellAllowance(of: member) }
    unsettled.formUnion(state.organizationClusters[organization, default: []])
  }

  // MARK: - Deployments

  private mutating func deploymentChanged(from before: Deployment?, to after: Deployment) {
    let isBounded = state.organizations[after.organizationID]?.limits.boundsRunning ?? false
    if usage.follow(from: before, to: after), isBounded { tellAllowance(of: Member(after)) }
    if before == nil { holdIfUnmet(after) }
    if dependencies.isHeld(after.id) {
      if after.isFinal { release(after) }
    } else {
      followInQueue(from: before, to: after)
    }
    if let deadline = after.deadline { deadlines.insert(after.id, at: deadline) }
    for attempt in [before?.phase.liveAttempt, after.phase.liveAttempt] {
      if let attempt, attempt.isManaged { orderCounts[attempt.nodeID, default: 0] += 1 }
    }
    if after.isFinal { resolveDependents(of: after) }
  }

  /// Tells the cluster's snapshot, which does not know of those that rest.
  private mutating func followInQueue(from before: Deployment?, to after: Deployment) {
    let wasResting = resting.remove(after.id) != nil
    if case .pending = after.phase, let pause = after.notBefore, wasResting || before?.notBefore != pause {
      resting.insert(after.id)
      if !wasResting {
        heldCounts[after.clusterID, default: 0] += 1
        deadlines.insert(after.id, at: pause)
        if let before { snapshots[after.clusterID]?.change(from: before, to: nil) }
      }
      return
    }
    if wasResting { heldCounts[after.clusterID, default: 0] -= 1 }
    snapshots[after.clusterID]?.change(from: wasResting ? nil : before, to: after)
  }

  /// Lets those into the queue whose pause is over.
  mutating func endRests(at now: Timestamp) {
    guard !resting.isEmpty else { return }
    for id in deadlines.due(at: now) where resting.contains(id) {
      guard let deployment = state.deployments[id], deployment.notBefore.map({ $0 <= now }) ?? true else {
        continue
      }
      resting.remove(id)
      heldCounts[deployment.clusterID, default: 0] -= 1
      snapshots[deployment.clusterID]?.change(from: nil, to: deployment)
      unsettled.insert(deployment.clusterID)
    }
  }

  private mutating func release(_ deployment: Deployment) {
    dependencies.forget(deployment.id)
    heldCounts[deployment.clusterID, default: 0] -= 1
  }

  /// Keeps a deployment out of its cluster's queue while something it depends on has not completed.
  private mutating func holdIfUnmet(_ deployment: Deployment) {
    guard !deployment.spec.dependsOn.isEmpty, deployment.phase == .pending else { return }
    var unmet: Set<DeploymentID> = []
    for id in deployment.spec.dependsOn {
      // What is in the table no more has completed: had it not, this one would have failed with it.
      guard let dependency = state.deployments[id] else { continue }
      switch dependency.phase {
      case .pending, .nominated, .starting, .running, .stopping: unmet.insert(id)
      case .finished(let outcome) where outcome.status == .completed: break
      case .finished:
        unmet.insert(id)
        dependencies.doom(deployment.id, by: id)
      }
    }
    guard !unmet.isEmpty else { return }
    dependencies.hold(deployment.id, until: unmet)
    heldCounts[deployment.clusterID, default: 0] += 1
  }

  /// Lets in whoever waited for this one alone, or marks them to be failed with it.
  private mutating func resolveDependents(of deployment: Deployment) {
    guard case .finished(let outcome) = deployment.phase else { return }
    guard outcome.status == .completed else {
      dependencies.fail(deployment.id)
      return
    }
    for id in dependencies.complete(deployment.id) {
      guard let dependent = state.deployments[id] else { continue }
      heldCounts[dependent.clusterID, default: 0] -= 1
      snapshots[dependent.clusterID]?.change(from: nil, to: dependent)
      unsettled.insert(dependent.clusterID)
    }
  }
}
