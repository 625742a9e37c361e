import JSON

/// The tables, by the names of their files.
package enum TableName: String, CaseIterable, Sendable {
  case organizations
  case users
  case sessions
  case invites
  case clusters
  case nodes
  case deployments
  case requests
}

/// All tables and the look-ups derived from them.
package struct State: Sendable {
  package internal(set) var users = Table<User>()
  package internal(set) var sessions = Table<Session>()
  package internal(set) var organizations = Table<Organization>()
  package internal(set) var invites = Table<Invite>()
  package internal(set) var clusters = Table<Cluster>()
  package internal(set) var nodes = Table<Node>()
  package internal(set) var deployments = Table<Deployment>()
  package internal(set) var requests = Table<KeyedRequest>()

  // Derived: never stored, kept by `put` and `remove` below.
  package internal(set) var userIDs: [String: UserID] = [:]
  package internal(set) var members: [OrganizationID: Set<UserID>] = [:]
  package internal(set) var sessionIDs: [String: SessionID] = [:]
  package internal(set) var userSessions: [UserID: Set<SessionID>] = [:]
  package internal(set) var organizationIDs: [String: OrganizationID] = [:]
  package internal(set) var organizationCodes: [String: OrganizationID] = [:]
  package internal(set) var inviteIDs: [String: InviteID] = [:]
  package internal(set) var organizationInvites: [OrganizationID: Set<InviteID>] = [:]
  package internal(set) var organizationClusters: [OrganizationID: Set<ClusterID>] = [:]
  package internal(set) var clusterNodes: [ClusterID: Set<NodeID>] = [:]
  package internal(set) var requestIDs: [KeyedRequest.Name: RequestID] = [:]
  /// Final deployments not yet in history, in the order in which they ended.
  var finals: [(seq: Int, id: DeploymentID)] = []

  /// The seq each table's rows were loaded through; records at or below it are not folded into it again.
  var loadedThrough: [TableName: Int] = [:]

  package init() {}
}

// MARK: - Rows in and out, with the look-ups

extension State {
  mutating func put(_ user: User) {
    if let old = users[user.id] { forgetMembership(of: old) }
    users.put(user)
    userIDs[user.username] = user.id
    if let membership = user.membership { members[membership.organizationID, default: []].insert(user.id) }
  }

  private mutating func forgetMembership(of user: User) {
    if let membership = user.membership { members[membership.organizationID]?.remove(user.id) }
  }

  mutating func put(_ session: Session) {
    sessions.put(session)
    sessionIDs[session.tokenHash] = session.id
    userSessions[session.userID, default: []].insert(session.id)
  }

  mutating func remove(_ id: SessionID) {
    guard let session = sessions.remove(id) else { return }
    sessionIDs[session.tokenHash] = nil
    userSessions[session.userID]?.remove(id)
  }

  mutating func put(_ organization: Organization) {
    if let old = organizations[organization.id] { organizationCodes[old.inviteCode] = nil }
    organizations.put(organization)
    organizationIDs[organization.name] = organization.id
    organizationCodes[organization.inviteCode] = organization.id
  }

  mutating func put(_ invite: Invite) {
    invites.put(invite)
    inviteIDs[invite.codeHash] = invite.id
    organizationInvites[invite.organizationID, default: []].insert(invite.id)
  }

  mutating func remove(_ id: InviteID) {
    guard let invite = invites.remove(id) else { return }
    inviteIDs[invite.codeHash] = nil
    organizationInvites[invite.organizationID]?.remove(id)
  }

  mutating func put(_ cluster: Cluster) {
    clusters.put(cluster)
    organizationClusters[cluster.organizationID, default: []].insert(cluster.id)
  }

  mutating func remove(_ id: ClusterID) {
    guard let cluster = clusters.remove(id) else { return }
    organizationClusters[cluster.organizationID]?.remove(id)
    clusterNodes[id] = nil
  }

  mutating func put(_ node: Node) {
    nodes.put(node)
    clusterNodes[node.clusterID, default: []].insert(node.id)
  }

  mutating func remove(_ id: NodeID) {
    guard let node = nodes.remove(id) else { return }
    clusterNodes[node.clusterID]?.remove(id)
  }

  /// Forgets the requests whose time is over; rows rise with time, so only the first are looked at.
  mutating func put(_ request: KeyedRequest) {
    while let oldest = requests.first, oldest.at + KeyedRequest.lifetimeSeconds <= request.at {
      requests.remove(oldest.id)
      // A later request may have taken the same name after this one's time was over.
      if requestIDs[oldest.name] == oldest.id { requestIDs[oldest.name] = nil }
    }
    requests.put(request)
    requestIDs[request.name] = request.id
  }
}
