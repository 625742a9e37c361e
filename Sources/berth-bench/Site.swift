import JSON
import Model
import RPC
import Services
import Storage

/// A prepared data directory, and what is asked of a server on it.
struct Site {
  /// As rows are named after it; empty for the smallest.
  let name: String
  let directory: String
  let token: String
  /// The cluster that deployments are created in.
  let cluster: ClusterID
  /// A cluster of one node, to be looked at: the same in every site.
  let shown: ClusterID

  /// A line of the wire. Every request has the id 1: nothing here tells answers apart.
  static func line(_ method: String, _ params: JSONObject = [:]) -> [UInt8] {
    Reply.request(method, params: params, id: 1) + [UInt8(ascii: "\n")]
  }

  static let ping = line("server.ping")

  var logIn: [UInt8] { Self.line("auth.use_token", ["token": .string(token)]) }

  func clusterGet(withToken: Bool = false) -> [UInt8] {
    var params: JSONObject = ["cluster_id": .int(shown.rawValue)]
    if withToken { params.append("token", .string(token)) }
    return Self.line("clusters.get", params)
  }

  var create: [UInt8] {
    Self.line(
      "deployments.create",
      [
        "name": "train-17", "image_path": "/images/pytorch-2.4.tar", "cluster_id": .int(cluster.rawValue),
        "required_cpu": 1, "required_ram": 2, "required_gpu": 0,
      ])
  }

  /// A connection that is logged in.
  func connect(_ program: Program) throws -> Wire {
    let wire = try program.connect()
    try wire.call(logIn)
    return wire
  }
}
