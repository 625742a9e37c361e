import JSON

/// A rank that says what a member of an organization may do: all that those below it may, and more.
package enum Role: String, CaseIterable, Sendable {
  case viewer
  case member
  case `operator`
  case owner
}

extension Role: Comparable {
  package static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .viewer: 0
    case .member: 1
    case .operator: 2
    case .owner: 3
    }
  }
}

/// A place in an organization; a user has one at most.
package struct Membership: Hashable, Sendable {
  package let organizationID: OrganizationID
  package var role: Role

  package init(organizationID: OrganizationID, role: Role) {
    self.organizationID = organizationID
    self.role = role
  }
}

/// Somebody with a name and a password.
package struct User: StoredRow {
  package let id: UserID
  package let username: String
  /// What crypt(3) made of the password.
  package var passwordHash: String
  package var membership: Membership?
  package let createdAt: Timestamp

  package init(id: UserID, username: String, passwordHash: String, createdAt: Timestamp) {
    self.id = id
    self.username = username
    self.passwordHash = passwordHash
    membership = nil
    self.createdAt = createdAt
  }

  package init(_ row: JSONObject) throws {
    let fields = Fields(row, of: "user")
    id = try fields.id("id")
    username = try fields.string("username")
    passwordHash = try fields.string("password_hash")
    createdAt = try fields.time("created_at")
    let organization: OrganizationID? = try fields.optionalID("organization_id")
    membership = try organization.map { Membership(organizationID: $0, role: try fields.choice("role")) }
  }

  package var json: JSONObject {
    var row = JSONObject()
    row.append("id", id)
    row.append("username", username)
    row.append("password_hash", passwordHash)
    if let membership {
      row.append("organization_id", membership.organizationID)
      row.append("role", membership.role.rawValue)
    }
    row.append("created_at", createdAt)
    return row
  }
}
