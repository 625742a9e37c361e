import JSON

/// A code with a role, a number of uses and an end, beside the organization's own code.
package struct Invite: StoredRow {
  package let id: InviteID
  package let organizationID: OrganizationID
  package let role: Role
  /// SHA-256 of the code, in hexadecimal.
  package let codeHash: String
  package let maxUses: Int?
  package var uses: Int
  package let createdBy: UserID
  package let createdAt: Timestamp
  package let expiresAt: Timestamp?

  package init(
    id: InviteID, organizationID: OrganizationID, role: Role, codeHash: String, maxUses: Int?,
    createdBy: UserID, createdAt: Timestamp, expiresAt: Timestamp?
  ) {
    self.id = id
    self.organizationID = organizationID
    self.role = role
    self.codeHash = codeHash
    self.maxUses = maxUses
    uses = 0
    self.createdBy = createdBy
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }

  package func isUsable(at now: Timestamp) -> Bool {
    uses < maxUses ?? .max && now < expiresAt ?? Timestamp(milliseconds: .max)
  }

  package init(_ row: JSONObject) throws {
    let fields = Fields(row, of: "invite")
    id = try fields.id("id")
    organizationID = try fields.id("organization_id")
    role = try fields.choice("role")
    codeHash = try fields.string("code_hash")
    maxUses = try fields.optionalInt("max_uses")
    uses = try fields.optionalInt("uses") ?? 0
    createdBy = try fields.id("created_by")
    createdAt = try fields.time("created_at")
    expiresAt = try fields.optionalTime("expires_at")
  }

  package var json: JSONObject {
    var row = JSONObject()
    row.append("id", id)
    row.append("organization_id", organizationID)
    row.append("role", role.rawValue)
    row.append("code_hash", codeHash)
    row.append("max_uses", ifSet: maxUses)
    row.append("uses", .int(uses))
    row.append("created_by", createdBy)
    row.append("created_at", createdAt)
    row.append("expires_at", ifSet: expiresAt?.text)
    return row
  }
}
