import JSON
import POSIX

/// The node that an agent serves, as the server knows it.
struct ServedNode: Equatable {
  let id: Int
  /// Of this node of this server alone: what another server calls by the same numbers is another's.
  let identity: String
  /// The data directory that the server reads output from, where this process may write there too.
  let logs: String?
}

/// A search for the node by its name; it makes it where it may.
struct NodeFinder {
  let settings: AgentSettings
  let route: Route

  /// `AgentFailure` when there is none to serve and there will be none.
  func find(over link: ServerLink) throws -> ServedNode {
    if let token = settings.token { _ = try link.call("auth.use_token", ["token": .string(token)]) }
    let info = try link.call("server.info")
    let clusters = try link.call("clusters.list_all")["clusters"]?.array ?? []
    let cluster = try cluster(of: clusters)
    let known = (cluster["nodes"]?.array ?? []).first { $0["name"]?.string == settings.node }
    let node = try known ?? add(to: cluster, link)
    guard let id = node["id"]?.int else { throw AgentFailure.refused("The server shows no such node.") }
    guard node["managed"]?.bool == true else {
      throw AgentFailure.refused(
        "Node \(settings.node) is not managed, so nobody asks an agent: make it so with"
          + " `berth nodes update \(id) --managed`.")
    }
    let identity = [
      cluster["organization_id"]?.text, cluster["id"]?.text, cluster["created_at"]?.text, "\(id)",
    ].compactMap(\.self).joined(separator: " ")
    return ServedNode(id: id, identity: identity, logs: logs(info["data_directory"]?.string))
  }

  private func cluster(of clusters: [JSONValue]) throws -> JSONValue {
    if let name = settings.cluster {
      guard let cluster = clusters.first(where: { $0["name"]?.string == name }) else {
        throw AgentFailure.refused("There is no cluster \(name): see `berth clusters list-all`.")
      }
      return cluster
    }
    let having = clusters.filter { cluster in
      (cluster["nodes"]?.array ?? []).contains { $0["name"]?.string == settings.node }
    }
    let candidates = having.isEmpty ? clusters : having
    guard candidates.count == 1 else {
      throw AgentFailure.refused(
        candidates.isEmpty
          ? "There is no cluster yet: make one with `berth clusters create`."
          : "Which cluster's node is \(settings.node)? Say it with --cluster.")
    }
    return candidates[0]
  }

  private func add(to cluster: JSONValue, _ link: ServerLink) throws -> JSONValue {
    let how = "add it with `berth nodes add \(cluster["id"]?.text ?? "") \(settings.node) --managed`"
    do {
      var params = try settings.capacity().node(named: settings.node)
      params.append("cluster_id", cluster["id"] ?? .null)
      return try link.call("nodes.add", params)["node"] ?? .null
    } catch let refusal as Refusal {
      throw AgentFailure.refused("Node \(settings.node) is not there, and: \(refusal.message) Or \(how).")
    }
  }

  private func logs(_ directory: String?) -> String? {
    guard !route.isRemote, let directory, FileKind(of: directory) == .directory,
      FilePermission.mayWrite(directory)
    else { return nil }
    return directory + "/logs"
  }
}
