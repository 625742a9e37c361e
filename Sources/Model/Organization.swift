import JSON

/// An owner of clusters, which people join with a code.
package struct Organization: StoredRow {
  package let id: OrganizationID
  package let name: String
  /// Makes who knows it a member. Stored readable, for owners to read again.
  package var inviteCode: String
  package var limits = Limits.none
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
    limits = try row["limits"]?.object.map { try Limits(Fields($0, of: "limits")) } ?? .none
    createdAt = try fields.time("created_at")
  }

  package var json: JSONObject {
    var row = JSONObject()
    row.append("id", id)
    row.append("name", name)
    row.append("invite_code", inviteCode)
    if limits != .none { row.append("limits", limits.json) }
    row.append("created_at", createdAt)
    return row
  }
}
