import JSON

extension State: Fold {
  package static let tables = TableName.allCases.map(\.rawValue)
  package static let historyTable = TableName.deployments.rawValue

  package enum Row: Sendable {
    case user(User)
    case session(Session)
    case organization(Organization)
    case invite(Invite)
    case cluster(Cluster)
    case node(Node)
    case deployment(Deployment)
    case request(KeyedRequest)
  }

  private static func name(_ table: String) throws(ModelError) -> TableName {
    guard let name = TableName(rawValue: table) else { throw .impossible("there is no table \"\(table)\"") }
    return name
  }

  package static func decode(_ row: JSONObject, of table: String) throws -> Row {
    switch try name(table) {
    case .organizations: .organization(try Organization(row))
    case .users: .user(try User(row))
    case .sessions: .session(try Session(row))
    case .invites: .invite(try Invite(row))
    case .clusters: .cluster(try Cluster(row))
    case .nodes: .node(try Node(row))
    case .deployments: .deployment(try Deployment(row))
    case .requests: .request(try KeyedRequest(row))
    }
  }

  package mutating func begin(table: String, through seq: Int, nextID: Int) {
    guard let name = TableName(rawValue: table) else { return }
    loadedThrough[name] = seq
    switch name {
    case .organizations: organizations.nextID = nextID
    case .users: users.nextID = nextID
    case .sessions: sessions.nextID = nextID
    case .invites: invites.nextID = nextID
    case .clusters: clusters.nextID = nextID
    case .nodes: nodes.nextID = nextID
    case .deployments: deployments.nextID = nextID
    case .requests: requests.nextID = nextID
    }
  }

  package mutating func insert(_ row: Row) {
    switch row {
    case .user(let user): put(user)
    case .session(let session): put(session)
    case .organization(let organization): put(organization)
    case .invite(let invite): put(invite)
    case .cluster(let cluster): put(cluster)
    case .node(let node): put(node)
    case .deployment(let deployment): deployments.put(deployment)
    case .request(let request): put(request)
    }
  }

  package mutating func finishLoading() throws { loadedThrough = [:] }

  private func table(_ name: TableName) -> any StoredTable {
    switch name {
    case .organizations: organizations
    case .users: users
    case .sessions: sessions
    case .invites: invites
    case .clusters: clusters
    case .nodes: nodes
    case .deployments: deployments
    case .requests: requests
    }
  }

  package func nextID(of table: String) -> Int {
    TableName(rawValue: table).map { self.table($0).nextID } ?? 1
  }

  package func forEachRow(of table: String, _ body: (JSONObject, Bool) throws -> Void) rethrows {
    guard let name = TableName(rawValue: table) else { return }
    try self.table(name).forEachRow(body)
  }

  package mutating func dropFinalRows(through seq: Int) {
    let gone = finals.prefix { $0.seq <= seq }
    for final in gone { deployments.remove(final.id) }
    finals.removeFirst(gone.count)
  }
}

/// A table of rows of any kind.
private protocol StoredTable {
  var nextID: Int { get }
  func forEachRow(_ body: (JSONObject, Bool) throws -> Void) rethrows
}

extension Table: StoredTable {
  fileprivate func forEachRow(_ body: (JSONObject, Bool) throws -> Void) rethrows {
    for row in self { try body(row.json, row.isFinal) }
  }
}
