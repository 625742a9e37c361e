import JSON

// How events stand in the journal: a type and its data. The type of a change is its table's noun and verb.

extension Event {
  package var type: String {
    switch self {
    case .userRegistered: "user.registered"
    case .userChanged(_, let change): change.type
    case .sessionCreated: "session.created"
    case .sessionRevoked: "session.revoked"
    case .organizationCreated: "organization.created"
    case .organizationCodeRotated: "organization.code_rotated"
    case .organizationLimitsSet: "organization.limits_set"
    case .inviteCreated: "invite.created"
    case .inviteChanged(_, _, .used): "invite.used"
    case .inviteChanged(_, _, .revoked): "invite.revoked"
    case .clusterCreated: "cluster.created"
    case .clusterChanged(_, .updated): "cluster.updated"
    case .clusterChanged(_, .deleted): "cluster.deleted"
    case .nodeAdded: "node.added"
    case .nodeUpdated: "node.updated"
    case .nodeRemoved: "node.removed"
    case .nodeHeard: "node.heard"
    case .nodeLost: "node.lost"
    case .deploymentCreated: "deployment.created"
    case .deploymentChanged(_, let change): change.type
    case .requestAnswered: "request.answered"
    }
  }

  package var data: JSONObject {
    var data = JSONObject()
    switch self {
    case .userRegistered(let row): return row.json
    case .sessionCreated(let row): return row.json
    case .organizationCreated(let row): return row.json
    case .inviteCreated(let row): return row.json
    case .clusterCreated(let row): return row.json
    case .nodeAdded(let row), .nodeUpdated(let row): return row.json
    case .deploymentCreated(let row): return row.json
    case .requestAnswered(let row): return row.json
    case .userChanged(let user, let change):
      data.append("user_id", user)
      change.append(to: &data)
    case .sessionRevoked(let session, let user):
      data.append("session_id", session)
      data.append("user_id", user)
    case .organizationCodeRotated(let organization, let code):
      data.append("organization_id", organization)
      data.append("invite_code", code)
    case .organizationLimitsSet(let organization, let limits):
      data.append("organization_id", organization)
      data.append("limits", limits.json)
    case .inviteChanged(let invite, let organization, let change):
      data.append("invite_id", invite)
      data.append("organization_id", organization)
      if case .used(let user) = change { data.append("used_by", user) }
    case .clusterChanged(let scope, let change):
      scope.append(to: &data)
      if case .updated(let name, let strategy, let paused) = change {
        data.append("name", name)
        data.append("strategy", strategy)
        data.append("paused", .bool(paused))
      }
    case .nodeRemoved(let node, let scope), .nodeHeard(let node, let scope), .nodeLost(let node, let scope):
      data.append("node_id", node)
      scope.append(to: &data)
    case .deploymentChanged(let scope, let change):
      data.reserveCapacity(6)
      scope.append(to: &data)
      change.append(to: &data)
    }
    return data
  }

  package init(type: String, data: JSONObject) throws {
    let fields = Fields(data, of: type)
    switch type {
    case "user.registered": self = .userRegistered(try User(data))
    case "session.created": self = .sessionCreated(try Session(data))
    case "session.revoked": self = .sessionRevoked(try fields.id("session_id"), try fields.id("user_id"))
    case "organization.created": self = .organizationCreated(try Organization(data))
    case "organization.code_rotated":
      self = .organizationCodeRotated(
        try fields.id("organization_id"), inviteCode: try fields.string("invite_code"))
    case "organization.limits_set":
      self = .organizationLimitsSet(
        try fields.id("organization_id"), try Limits(try fields.fields("limits")))
    case "invite.created": self = .inviteCreated(try Invite(data))
    case "invite.used", "invite.revoked":
      let change: InviteChange = type == "invite.used" ? .used(by: try fields.id("used_by")) : .revoked
      self = .inviteChanged(try fields.id("invite_id"), try fields.id("organization_id"), change)
    case "cluster.created": self = .clusterCreated(try Cluster(data))
    case "cluster.updated", "cluster.deleted":
      let change =
        type == "cluster.deleted"
        ? .deleted
        : ClusterChange.updated(
          name: try fields.string("name"), strategy: try fields.value("strategy"),
          paused: fields.bool("paused"))
      self = .clusterChanged(try ClusterScope(fields), change)
    case "node.added": self = .nodeAdded(try Node(data))
    case "node.updated": self = .nodeUpdated(try Node(data))
    case "node.removed": self = .nodeRemoved(try fields.id("node_id"), try ClusterScope(fields))
    case "node.heard": self = .nodeHeard(try fields.id("node_id"), try ClusterScope(fields))
    case "node.lost": self = .nodeLost(try fields.id("node_id"), try ClusterScope(fields))
    case "deployment.created": self = .deploymentCreated(try Deployment(data))
    case "request.answered": self = .requestAnswered(try KeyedRequest(data))
    default:
      if let change = try DeploymentChange(type: type, fields) {
        self = .deploymentChanged(try DeploymentScope(fields), change)
      } else if let change = try UserChange(type: type, fields) {
        self = .userChanged(try fields.id("user_id"), change)
      } else {
        throw ModelError.unknownEvent(type)
      }
    }
  }
}

extension UserChange {
  fileprivate var type: String {
    switch self {
    case .passwordSet: "user.password_set"
    case .joined: "member.joined"
    case .roleSet: "member.role_set"
    case .left: "member.left"
    }
  }

  fileprivate func append(to data: inout JSONObject) {
    switch self {
    case .passwordSet(let hash): data.append("password_hash", hash)
    case .joined(let organization, let role), .roleSet(let organization, let role):
      data.append("organization_id", organization)
      data.append("role", role.rawValue)
    case .left(let organization): data.append("organization_id", organization)
    }
  }

  /// nil when the type is none of ours.
  fileprivate init?(type: String, _ fields: Fields) throws {
    switch type {
    case "user.password_set": self = .passwordSet(hash: try fields.string("password_hash"))
    case "member.joined": self = .joined(try fields.id("organization_id"), try fields.choice("role"))
    case "member.role_set": self = .roleSet(try fields.id("organization_id"), try fields.choice("role"))
    case "member.left": self = .left(try fields.id("organization_id"))
    default: return nil
    }
  }
}
