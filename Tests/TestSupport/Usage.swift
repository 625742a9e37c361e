import JSON

extension CheckedClient {
  /// Throws when a cluster uses other than what its running deployments need, or more than it has: as a whole,
  /// on a node, or on a device. Asked in one batch, whose calls see one state.
  package func requireHonestUsage(of cluster: Int = 1) throws {
    let answers = try batch([
      ("clusters.get", ["cluster_id": .int(cluster)]),
      ("deployments.list_all", ["cluster_id": .int(cluster), "status": "running", "limit": 10000]),
    ])
    let shown = try answers[0].get().at("cluster")
    let running = try answers[1].get().at("deployments").array ?? []
    try Self.requireHonest(shown, needs: running, of: "the cluster", total: "total_")
    for node in shown.at("nodes").array ?? [] {
      let here = running.filter { $0.at("node", "id") == node.at("id") }
      try Self.requireHonest(node, needs: here, of: "node \(node.at("name").text)", total: "")
      try Self.requireSingleUse(of: node, by: here)
    }
    guard shown.at("running") == .int(running.count) else {
      throw ContractBreach("the cluster counts \(shown.at("running").text) running, not \(running.count)")
    }
  }

  private static func requireHonest(
    _ shown: JSONValue, needs running: [JSONValue], of subject: String, total: String
  ) throws {
    for resource in ["cpu", "ram", "gpu"] {
      let used = shown.at("used_" + resource).thousandths
      let needed = running.reduce(0) { $0 + $1.at("required_" + resource).thousandths }
      let capacity = shown.at(total + resource).thousandths
      guard used == needed, used <= capacity else {
        throw ContractBreach("\(subject) uses \(used) of \(capacity) m\(resource), and \(needed) are needed")
      }
    }
  }

  /// No device of a node is given out beyond what it is, and each holder has what it asked for.
  package static func requireSingleUse(of node: JSONValue, by running: [JSONValue]) throws {
    var devices: [Int: Int] = [:]
    for deployment in running {
      let shares = deployment.at("gpus").array ?? []
      for share in shares {
        devices[share.at("index").int ?? -1, default: 0] += share.at("share").thousandths
      }
      let held = shares.reduce(0) { $0 + $1.at("share").thousandths }
      guard held == deployment.at("required_gpu").thousandths else {
        throw ContractBreach("deployment \(deployment.at("id").text) holds \(held) thousandths of a GPU")
      }
    }
    let total = node.at("gpu").thousandths
    for (index, used) in devices {
      guard index >= 0, used <= min(1000, total - 1000 * index) else {
        throw ContractBreach("device \(index) of node \(node.at("name").text) is given out twice: \(used)")
      }
    }
  }
}
