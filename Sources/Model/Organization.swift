import JSON

/// Owns clusters; people join it with a code.
package struct Organization: StoredRow {
  package let id: OrganizationID
  package let name: String
  /// Makes who knows it a member. Stored readable, for owners to read again.
  package var inviteCode: String
  package let createdAt: Timestamp

  package init(id: OrganizationID, name: String, inviteCode: String, createdAt: Timestamp) {
    self.id = id
    self.name = name
    self.inviteCode = inviteCode
    self.createdAt = createdAt
  }

  package init(_ row: JSONObject) throws {
    let fields = Fields(row, of: "organization")
    id = try fields.id("id")
    name = try fields.string("name")
    inviteCode = try fields.string("invite_code")
    createdAt = try fields.time("created_at")
  }

  package var json: JSONObject {
    var row = JSONObject()
    row.append("id", id)
    row.append("name", name)
    row.append("invite_code", inviteCode)
    row.append("created_at", createdAt)
    return row
  }
}
