import JSON
import Model
import Scheduling
import Storage

/// The state with what planning derives from it, folded together so that neither is ever rebuilt.
package struct PlanningState: Sendable {
  package internal(set) var state = State()
  /// Every cluster as its strategy sees it: without those who wait for a dependency.
  package internal(set) var snapshots: [ClusterID: ClusterSnapshot] = [:]
  var strategies: [ClusterID: any Strategy] = [:]
  /// What the strategies were made of.
  var choices: [ClusterID: JSONValue] = [:]
  /// Clusters in which something changed since their last plan.
  package internal(set) var unsettled: Set<ClusterID> = []
  /// When time alone could next change a cluster's plan.
  var wakes: [ClusterID: Timestamp] = [:]
  /// When running attempts have lasted too long, and pauses are over; earliest first.
  package internal(set) var deadlines = DeadlineQueue()
  var dependencies = DependencyIndex()
  /// How many of a cluster's pending are held back by a dependency.
  var heldCounts: [ClusterID: Int] = [:]
  var usage = UsageBook()
  /// Those that pause before they are tried again; in no queue until then.
  var resting: Set<DeploymentID> = []
  /// Managed nodes whose agents are there.
  package internal(set) var heardNodes: Set<NodeID> = []
  /// Rises with each change of what should run on a managed node.
  package internal(set) var orderCounts: [NodeID: Int] = [:]
  /// While rows and the journal are read, only the state is folded; the rest is derived once after.
  var isLoading = true

  package init() {}

  /// The cluster's next step. To be recorded and asked for again until it is empty.
  package mutating func takePlan(of cluster: ClusterID, now: Timestamp) -> Plan {
    unsettled.remove(cluster)
    // Every snapshot has a strategy, which is planned with in place: a copy would forget what it remembers.
    let plan = snapshots[cluster]?.takePlan(by: &strategies[cluster]!, now: now) ?? Plan()
    wakes[cluster] = plan.wakeAt
    return plan
  }

  /// The clusters to be planned: something changed there, or their time has come.
  package func unplanned(at now: Timestamp) -> [ClusterID] {
    guard !wakes.isEmpty else { return unsettled.sorted() }
    return unsettled.union(wakes.filter { $0.value <= now }.keys).sorted()
  }

  /// Whether something is to be done that no event has said yet.
  package var isUnplanned: Bool { !unsettled.isEmpty || !dependencies.doomed.isEmpty }

  /// Pending deployments that can never be let in, each with the dependency that ended otherwise than completed; rising.
  package var doomed: [(id: DeploymentID, dependency: DeploymentID)] {
    dependencies.doomed.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// When something is to be done though nobody asks.
  package var nextWake: Timestamp? {
    [deadlines.first, wakes.values.min()].compactMap { $0 }.min()
  }

  package mutating func dropPassedDeadlines(at now: Timestamp) {
    deadlines.dropFirst(through: now)
  }

  /// The deployments that hold a part of the node, rising.
  package func liveAttempts(on node: Node) -> [DeploymentID] {
    snapshots[node.clusterID]?[node.id]?.allocations.keys.sorted() ?? []
  }

  /// The nominations of a cluster that have become more than their users may have running; the last to start first.
  package func nominationsBeyondLimits(in cluster: ClusterID) -> [DeploymentID] {
    guard let snapshot = snapshots[cluster], snapshot.nomineeCount > 0,
      let organization = state.clusters[cluster]?.organizationID,
      let limits = state.organizations[organization]?.limits, limits.boundsRunning
    else { return [] }
    var beyond: [DeploymentID] = []
    var withdrawn: [UserID: Resources] = [:]
    for nominee in snapshot.rankedNominees.reversed() {
      let user = nominee.pending.userID
      let member = Member(organizationID: organization, userID: user)
      let running = usage[member].running - withdrawn[user, default: .zero]
      guard !limits.hold(running) else { continue }
      beyond.append(nominee.id)
      withdrawn[user, default: .zero] += nominee.pending.demand
    }
    return beyond
  }

  package func strategy(of cluster: ClusterID) -> (any Strategy)? { strategies[cluster] }

  /// Those who wait in a cluster, for whatever reason.
  package func pendingCount(of cluster: ClusterID) -> Int {
    (snapshots[cluster]?.queue.count ?? 0) + (snapshots[cluster]?.nomineeCount ?? 0)
      + heldCounts[cluster, default: 0]
  }

  /// Those of a user who wait in all clusters of an organization.
  package func pendingCount(of user: UserID, in organization: OrganizationID) -> Int {
    usage[Member(organizationID: organization, userID: user)].pendingCount
  }

}
