import JSON

/// Named capacity of an organization; its totals are the sums of its nodes.
package struct Cluster: StoredRow {
  package let id: ClusterID
  package let organizationID: OrganizationID
  package var name: String
  /// Its strategy as it was given: a name, or an object of parts and options.
  package var strategy: JSONValue
  /// While true, nothing is started.
  package var paused: Bool
  package let createdAt: Timestamp
  /// The seq of the last event that changed what is planned here; rises with each.
  package var revision: Int

  package init(
    id: ClusterID, organizationID: OrganizationID, name: String, strategy: JSONValue, createdAt: Timestamp
  ) {
    self.id = id
    self.organizationID = organizationID
    self.name = name
    self.strategy = strategy
    paused = false
    self.createdAt = createdAt
    revision = 0
  }

  package init(_ row: JSONObject) throws {
    let fields = Fields(row, of: "cluster")
    id = try fields.id("id")
    organizationID = try fields.id("organization_id")
    name = try fields.string("name")
    strategy = try fields.value("strategy")
    paused = fields.bool("paused")
    createdAt = try fields.time("created_at")
    revision = try fields.optionalInt("revision") ?? 0
  }

  package var json: JSONObject {
    var row = JSONObject()
    row.append("id", id)
    row.append("organization_id", organizationID)
    row.append("name", name)
    row.append("strategy", strategy)
    row.append("paused", ifTrue: paused)
    row.append("created_at", createdAt)
    row.append("revision", .int(revision))
    return row
  }
}
