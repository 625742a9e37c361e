import Model
import Scheduling

/// The machines of clusters.
package enum Nodes {
  package static func find(_ id: NodeID, for caller: Caller, _ work: borrowing Work) throws(ServiceError)
    -> Node
  {
    let organization = try caller.membership().organizationID
    guard let node = work.fold.state.nodes[id], node.organizationID == organization else {
      throw .unknown("node", id)
    }
    return node
  }

  /// The node, when the caller may speak for its agent.
  package static func managed(_ id: NodeID, for caller: Caller, _ work: borrowing Work)
    throws(ServiceError) -> Node
  {
    _ = try caller.membership(atLeast: .operator)
    let node = try find(id, for: caller, work)
    guard node.managed else {
      throw .conflict("No agent runs what is on node \(node.name): make it managed with nodes.update first.")
    }
    return node
  }

  /// Takes note that its agent is there, where that is news.
  package static func heard(_ node: Node, _ work: inout Work) throws {
    guard node.contact != .heard, let cluster = work.fold.state.clusters[node.clusterID] else { return }
    try work.record(.nodeHeard(node.id, ClusterScope(cluster)))
  }

  package static func all(of cluster: ClusterID, _ work: borrowing Work) -> [Node] {
    let state = work.fold.state
    return state.clusterNodes[cluster, default: []].sorted().compactMap { state.nodes[$0] }
  }

  package static func add(
    _ request: NodeRequest, toCluster id: ClusterID, by caller: Caller, _ work: inout Work
  ) throws -> NodeID {
    _ = try caller.membership(atLeast: .operator)
    let cluster = try Clusters.find(id, for: caller, work)
    try requireUnused(name: request.name, in: id, work)
    return try add(request, to: cluster, &work)
  }

  /// The most a cluster has: a plan may look at each.
  private static let mostInCluster = 20_000

  @discardableResult
  static func add(_ request: NodeRequest, to cluster: Cluster, _ work: inout Work) throws -> NodeID {
    guard work.fold.state.clusterNodes[cluster.id, default: []].count < mostInCluster else {
      throw ServiceError.conflict(
        "The cluster has \(mostInCluster) nodes, and no cluster has more: remove one, or make another cluster.",
        ["allowed": .int(mostInCluster)])
    }
    let node = Node(
      id: NodeID(work.fold.state.nodes.nextID), clusterID: cluster.id, organizationID: cluster.organizationID,
      name: request.name, capacity: request.capacity, labels: request.labels, managed: request.managed)
    try work.record(.nodeAdded(node))
    return node.id
  }

  private static func requireUnused(name: String, in cluster: ClusterID, _ work: borrowing Work)
    throws(ServiceError)
  {
    guard !all(of: cluster, work).contains(where: { $0.name == name }) else {
      throw .conflict("The cluster has a node named \(name) already.", ["name": .string(name)])
    }
  }

  /// `change` is given the node as it is and makes it as it should be.
  package static func update(
    _ id: NodeID, by caller: Caller, _ work: inout Work, _ change: (inout Node) -> Void
  ) throws {
    _ = try caller.membership(atLeast: .operator)
    let old = try find(id, for: caller, work)
    var new = old
    change(&new)
    if new.managed != old.managed { new.contact = .never }
    if new.name != old.name { try requireUnused(name: new.name, in: old.clusterID, work) }
    try requireCapacity(for: new, managedWas: old.managed, work)
    try work.record(.nodeUpdated(new))
  }

  /// What runs on the node must still fit what it would become.
  private static func requireCapacity(
    for node: Node, managedWas wasManaged: Bool, _ work: borrowing Work
  ) throws(ServiceError) {
    guard let now = work.fold.snapshots[node.clusterID]?[node.id] else { throw .unknown("node", node.id) }
    let shares = now.allocations.values.flatMap(\.attempt.gpus)
    let devices = Dictionary(grouping: shares, by: \.index).mapValues { $0.reduce(.zero) { $0 + $1.share } }
    guard now.used.fits(in: node.capacity),
      devices.allSatisfy({ $0.value <= node.capacity.deviceCapacity($0.key) })
    else {
      throw .conflict(
        "The node would be smaller than what is used on it: drain it first, or wait.",
        ["used_cpu": now.used.cpu.json, "used_ram": now.used.ram.json, "used_gpu": now.used.gpu.json])
    }
    guard node.managed == wasManaged || now.allocations.isEmpty else {
      throw .conflict(
        "Attempts are live on the node, so it stays \(wasManaged ? "managed" : "unmanaged"): drain it first.",
        ["live_attempts": .int(now.allocations.count)])
    }
  }

  package static func remove(_ id: NodeID, by caller: Caller, _ work: inout Work) throws {
    _ = try caller.membership(atLeast: .operator)
    let node = try find(id, for: caller, work)
    let attempts = work.fold.snapshots[node.clusterID]?[id]?.allocations.count ?? 0
    guard attempts == 0, let cluster = work.fold.state.clusters[node.clusterID] else {
      throw ServiceError.conflict(
        "\(attempts) attempts are live on the node: drain it with nodes.update first, or wait.",
        ["live_attempts": .int(attempts)])
    }
    try work.record(.nodeRemoved(id, ClusterScope(cluster)))
  }
}
