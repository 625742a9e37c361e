extension State {
  /// Whether a record is news to the table: while loading, its rows may be past the record already.
  private func isBehind(_ table: TableName, _ seq: Int) -> Bool {
    loadedThrough.isEmpty || seq > loadedThrough[table] ?? 0
  }

  package mutating func apply(_ record: Record<Event>) throws {
    let seq = record.seq
    switch record.event {
    case .userRegistered(let user): if isBehind(.users, seq) { put(user) }
    case .userChanged(let id, let change): if isBehind(.users, seq) { try apply(change, to: id) }
    case .sessionCreated(let session): if isBehind(.sessions, seq) { put(session) }
    case .sessionRevoked(let id, _): if isBehind(.sessions, seq) { remove(id) }
    case .organizationCreated(let organization): if isBehind(.organizations, seq) { put(organization) }
    case .organizationCodeRotated(let id, let code):
      if isBehind(.organizations, seq) { try rotateCode(of: id, to: code) }
    case .organizationLimitsSet(let id, let limits):
      if isBehind(.organizations, seq) { try setLimits(of: id, to: limits) }
      for cluster in organizationClusters[id, default: []] where isBehind(.clusters, seq) {
        try revise(cluster, seq)
      }
    case .inviteCreated(let invite): if isBehind(.invites, seq) { put(invite) }
    case .inviteChanged(let id, _, let change): if isBehind(.invites, seq) { try apply(change, to: id) }
    case .requestAnswered(let request): if isBehind(.requests, seq) { put(request) }
    case .clusterCreated(let cluster): if isBehind(.clusters, seq) { put(cluster) }
    case .clusterChanged(let scope, let change):
      if isBehind(.clusters, seq) { try apply(change, to: scope.clusterID) }
    case .nodeAdded(let node), .nodeUpdated(let node): if isBehind(.nodes, seq) { put(node) }
    case .nodeRemoved(let id, _): if isBehind(.nodes, seq) { remove(id) }
    case .nodeHeard(let id, _): if isBehind(.nodes, seq) { try setContact(of: id, to: .heard) }
    case .nodeLost(let id, _): if isBehind(.nodes, seq) { try setContact(of: id, to: .lost) }
    case .deploymentCreated(let deployment): if isBehind(.deployments, seq) { deployments.put(deployment) }
    case .deploymentChanged(let scope, let change):
      if isBehind(.deployments, seq) { try apply(change, to: scope.deploymentID, record) }
    }
    if let cluster = record.event.plannedCluster, isBehind(.clusters, seq) { try revise(cluster, seq) }
  }

  private func existing<Row>(_ row: Row?, _ noun: String, _ id: Identifier<Row>) throws(ModelError) -> Row {
    guard let row else { throw .impossible("there is no \(noun) \(id) to change") }
    return row
  }

  private mutating func apply(_ change: UserChange, to id: UserID) throws {
    var user = try existing(users[id], "user", id)
    switch change {
    case .passwordSet(let hash): user.passwordHash = hash
    case .joined(let organization, let role), .roleSet(let organization, let role):
      user.membership = Membership(organizationID: organization, role: role)
    case .left: user.membership = nil
    }
    put(user)
  }

  private mutating func rotateCode(of id: OrganizationID, to code: String) throws {
    var organization = try existing(organizations[id], "organization", id)
    organization.inviteCode = code
    put(organization)
  }

  private mutating func setLimits(of id: OrganizationID, to limits: Limits) throws {
    var organization = try existing(organizations[id], "organization", id)
    organization.limits = limits
    put(organization)
  }

  private mutating func setContact(of id: NodeID, to contact: Contact) throws {
    var node = try existing(nodes[id], "node", id)
    node.contact = contact
    put(node)
  }

  private mutating func apply(_ change: InviteChange, to id: InviteID) throws {
    switch change {
    case .used:
      var invite = try existing(invites[id], "invite", id)
      invite.uses += 1
      put(invite)
    case .revoked: remove(id)
    }
  }

  private mutating func apply(_ change: ClusterChange, to id: ClusterID) throws {
    switch change {
    case .updated(let name, let strategy, let paused):
      var cluster = try existing(clusters[id], "cluster", id)
      cluster.name = name
      cluster.strategy = strategy
      cluster.paused = paused
      put(cluster)
    case .deleted: remove(id)
    }
  }

  private mutating func revise(_ id: ClusterID, _ seq: Int) throws {
    guard clusters.update(id, { $0.revision = seq }) else {
      throw ModelError.impossible("there is no cluster \(id) to change")
    }
  }

  private mutating func apply(_ change: DeploymentChange, to id: DeploymentID, _ record: Record<Event>) throws
  {
    guard deployments.update(id, { $0.apply(change, at: record.time) }) else {
      throw ModelError.impossible("there is no deployment \(id) to change")
    }
    if case .finished = change { finals.append((record.seq, id)) }
  }
}

extension Event {
  /// The cluster whose plan this may change, and so whose revision rises. Limits change those of all of the
  /// organization's clusters.
  package var plannedCluster: ClusterID? {
    switch self {
    case .clusterCreated(let cluster): cluster.id
    case .clusterChanged(_, .deleted): nil
    case .clusterChanged(let scope, .updated): scope.clusterID
    case .nodeAdded(let node), .nodeUpdated(let node): node.clusterID
    case .nodeRemoved(_, let scope), .nodeHeard(_, let scope), .nodeLost(_, let scope): scope.clusterID
    case .deploymentCreated(let deployment): deployment.clusterID
    case .deploymentChanged(let scope, _): scope.clusterID
    case .userRegistered, .userChanged, .sessionCreated, .sessionRevoked, .organizationCreated,
      .organizationCodeRotated, .organizationLimitsSet, .inviteCreated, .inviteChanged, .requestAnswered:
      nil
    }
  }
}
