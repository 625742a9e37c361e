import JSON

/// The reach of a token.
package enum Scope: String, CaseIterable, Sendable {
  /// All of the user's role.
  case full
  /// A member's methods and reads.
  case deploy
  /// A node agent's methods and reads.
  case agent
  /// Reads.
  case read
}

/// A bearer token's row: from a login, or created by name. Only the SHA-256 of its text is kept.
package struct Session: StoredRow {
  package let id: SessionID
  package let userID: UserID
  /// nil for a login's.
  package let name: String?
  package let scope: Scope
  /// SHA-256 of the token's text, in hexadecimal.
  package let tokenHash: String
  package let createdAt: Timestamp
  package let expiresAt: Timestamp?

  package init(
    id: SessionID, userID: UserID, name: String?, scope: Scope, tokenHash: String, createdAt: Timestamp,
    expiresAt: Timestamp?
  ) {
    self.id = id
    self.userID = userID
    self.name = name
    self.scope = scope
    self.tokenHash = tokenHash
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }

  package func isExpired(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }

  package init(_ row: JSONObject) throws {
    let fields = Fields(row, of: "session")
    id = try fields.id("id")
    userID = try fields.id("user_id")
    name = fields.optionalString("name")
    scope = try fields.choice("scope")
    tokenHash = try fields.string("token_hash")
    createdAt = try fields.time("created_at")
    expiresAt = try fields.optionalTime("expires_at")
  }

  package var json: JSONObject {
    var row = JSONObject()
    row.append("id", id)
    row.append("user_id", userID)
    row.append("name", ifSet: name)
    row.append("scope", scope.rawValue)
    row.append("token_hash", tokenHash)
    row.append("created_at", createdAt)
    row.append("expires_at", ifSet: expiresAt?.text)
    return row
  }
}
