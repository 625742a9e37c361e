import JSON

/// The callers that a method is for, and params that do no harm where they are accepted.
struct Authority {
  let method: String
  /// The least scope; nil: open to all.
  let scope: String?
  /// The least role; `outsider`: none is needed.
  let role: String
  let params: JSONObject

  private static func open(_ method: String, _ params: JSONObject = [:]) -> Authority {
    Authority(method: method, scope: nil, role: "outsider", params: params)
  }

  private static func rule(_ method: String, _ scope: String, _ role: String, _ params: JSONObject = [:])
    -> Authority
  {
    Authority(method: method, scope: scope, role: role, params: params)
  }

  static let all = general + organizations + clusters + deployments + farewell

  private static let general = [
    open("server.info"),
    open("server.ping"),
    open("auth.register", ["username": "newcomer", "password": "newcomer's password"]),
    open("auth.login", ["username": "owner", "password": "owner-has-a-password"]),
    open("auth.use_token"),
    rule("server.metrics", "read", "outsider"),
    rule("scheduler.strategies", "read", "outsider"),
    rule("auth.logout", "read", "outsider"),
    rule("auth.whoami", "read", "outsider"),
    rule(
      "auth.change_password", "full", "outsider",
      ["old_password": "not the old one", "new_password": "a new password"]),
    rule("auth.join_organization", "full", "outsider", ["code": "no-such-code"]),
    rule("tokens.create", "full", "outsider", ["name": "probe", "scope": "read"]),
    rule("tokens.list_all", "read", "outsider"),
    rule("tokens.revoke", "full", "outsider", ["token_id": 999_999]),
    rule("events.list_all", "read", "outsider", ["limit": 1]),
    rule("events.subscribe", "read", "outsider"),
    rule("events.unsubscribe", "read", "outsider"),
  ]

  private static let organizations = [
    rule("organizations.create", "full", "outsider", ["name": "acme"]),
    rule("organizations.get", "read", "viewer"),
    rule("organizations.members", "read", "viewer"),
    rule("organizations.set_role", "full", "owner", ["user_id": 999_999, "role": "viewer"]),
    rule("organizations.remove_member", "full", "owner", ["user_id": 999_999]),
    rule("organizations.update", "full", "owner"),
    rule("invites.create", "full", "operator"),
    rule("invites.list_all", "read", "operator"),
    rule("invites.revoke", "full", "operator", ["invite_id": 999_999]),
  ]

  /// Cluster 1 has node 1, on which deployment 1 runs; deployment 2 is over. Both are the owner's.
  private static let clusters = [
    rule(
      "clusters.create", "full", "operator",
      ["name": "lab", "total_cpu": 1, "total_ram": 1, "total_gpu": 0]),
    rule("clusters.list_all", "read", "viewer"),
    rule("clusters.get", "read", "viewer", ["cluster_id": 1]),
    rule("clusters.update", "full", "operator", ["cluster_id": 1]),
    rule("clusters.delete", "full", "operator", ["cluster_id": 1]),
    rule(
      "nodes.add", "full", "operator", ["cluster_id": 1, "name": "default", "cpu": 1, "ram": 1, "gpu": 0]),
    rule("nodes.update", "full", "operator", ["node_id": 1]),
    rule("nodes.remove", "full", "operator", ["node_id": 1]),
    rule("nodes.sync", "agent", "operator", ["node_id": 1, "observed": []]),
    rule(
      "nodes.append_log", "agent", "operator",
      ["node_id": 1, "deployment_id": 1, "attempt": 1, "offset": 0, "base64": ""]),
  ]

  private static let deployments = [
    rule(
      "deployments.create", "deploy", "member",
      [
        "name": "huge", "image_path": "/i", "cluster_id": 1, "required_cpu": 1000, "required_ram": 0,
        "required_gpu": 0,
      ]),
    rule("deployments.list_all", "read", "viewer"),
    rule("deployments.get", "read", "viewer", ["deployment_id": 1]),
    // Another's: what a member may do to its own is tried elsewhere.
    rule("deployments.cancel", "deploy", "operator", ["deployment_id": 2]),
    rule("deployments.update", "deploy", "operator", ["deployment_id": 2]),
    rule("deployments.complete", "deploy", "operator", ["deployment_id": 2]),
    rule("deployments.fail", "deploy", "operator", ["deployment_id": 2]),
    rule("deployments.checkpoint", "checkpoint", "operator", ["deployment_id": 2, "reference": "/c"]),
    rule("deployments.logs", "read", "viewer", ["deployment_id": 1]),
    rule("deployments.explain", "read", "viewer", ["deployment_id": 1]),
    rule(
      "deployments.plan", "deploy", "member",
      [
        "name": "huge", "image_path": "/i", "cluster_id": 1, "required_cpu": 1000, "required_ram": 0,
        "required_gpu": 0,
      ]),
  ]

  /// Last: where it is accepted, the caller is in no organization any more.
  private static let farewell = [rule("organizations.leave", "full", "viewer")]
}
