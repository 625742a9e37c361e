import JSON
import Model
import Scheduling

/// A node as it is asked for.
package struct NodeRequest: Sendable {
  package var name: String
  package var capacity: Resources
  package var labels: [StringPair]
  package var managed: Bool

  package init(name: String, capacity: Resources, labels: [StringPair] = [], managed: Bool = false) {
    self.name = name
    self.capacity = capacity
    self.labels = labels
    self.managed = managed
  }
}

/// Clusters of an organization.
package enum Clusters {
  /// The cluster, when it is the caller's organization's.
  package static func find(_ id: ClusterID, for caller: Caller, _ work: borrowing Work) throws(ServiceError)
    -> Cluster
  {
    let organization = try caller.membership().organizationID
    guard let cluster = work.fold.state.clusters[id], cluster.organizationID == organization else {
      throw .unknown("cluster", id)
    }
    return cluster
  }

  package static func all(for caller: Caller, _ work: borrowing Work) throws(ServiceError) -> [Cluster] {
    let organization = try caller.membership().organizationID
    let state = work.fold.state
    return state.organizationClusters[organization, default: []].sorted().compactMap { state.clusters[$0] }
  }

  package static func create(
    name: String, nodes: [NodeRequest], by caller: Caller, _ work: inout Work
  ) throws -> ClusterID {
    let organization = try caller.membership(atLeast: .operator).organizationID
    try requireUnused(name: name, in: organization, work)
    var names: Set<String> = []
    for (place, node) in nodes.enumerated() where !names.insert(node.name).inserted {
      throw ServiceError.invalid(pointer: "/nodes/\(place)/name", "is the name of an earlier node too")
    }
    let cluster = Cluster(
      id: ClusterID(work.fold.state.clusters.nextID), organizationID: organization, name: name,
      strategy: .string(StrategyCatalog.standard.name), createdAt: work.now)
    try work.record(.clusterCreated(cluster))
    for node in nodes { try Nodes.add(node, to: cluster, &work) }
    return cluster.id
  }

  private static func requireUnused(
    name: String, in organization: OrganizationID, _ work: borrowing Work
  ) throws(ServiceError) {
    let state = work.fold.state
    let isUsed = state.organizationClusters[organization, default: []].contains {
      state.clusters[$0]?.name == name
    }
    if isUsed {
      throw .conflict("The organization has a cluster named \(name) already.", ["name": .string(name)])
    }
  }

  /// What is nil stays as it is.
  package static func update(
    _ id: ClusterID, name: String?, strategy: JSONValue?, paused: Bool?, by caller: Caller, _ work: inout Work
  ) throws {
    _ = try caller.membership(atLeast: .operator)
    let cluster = try find(id, for: caller, work)
    if let name, name != cluster.name { try requireUnused(name: name, in: cluster.organizationID, work) }
    if let strategy { try requireKnown(strategy) }
    let change = ClusterChange.updated(
      name: name ?? cluster.name, strategy: strategy ?? cluster.strategy, paused: paused ?? cluster.paused)
    try work.record(.clusterChanged(ClusterScope(cluster), change))
  }

  private static func requireKnown(_ strategy: JSONValue) throws(ServiceError) {
    do throws(StrategyChoiceError) {
      _ = try StrategyCatalog.make(strategy)
    } catch {
      throw .invalid(pointer: "/strategy" + error.pointer, error.message)
    }
  }

  package static func delete(_ id: ClusterID, by caller: Caller, _ work: inout Work) throws {
    _ = try caller.membership(atLeast: .operator)
    let cluster = try find(id, for: caller, work)
    let live = work.fold.pendingCount(of: id) + (work.fold.snapshots[id]?.runningCount ?? 0)
    guard live == 0 else {
      throw ServiceError.conflict(
        "\(live) deployments of the cluster are not over: cancel them or wait for them first.",
        ["live_deployments": .int(live)])
    }
    for node in work.fold.state.clusterNodes[id, default: []].sorted() {
      try work.record(.nodeRemoved(node, ClusterScope(cluster)))
    }
    try work.record(.clusterChanged(ClusterScope(cluster), .deleted))
  }
}
