import JSON

/// The state of the agent of a managed node, as far as it is known.
package enum Contact: String, Sendable {
  case never
  case heard
  /// Not for the length of its lease: what ran there is taken to be over.
  case lost
}

/// The cpu, ram and GPU devices of one machine.
package struct Node: StoredRow {
  package let id: NodeID
  package let clusterID: ClusterID
  package let organizationID: OrganizationID
  package var name: String
  package var capacity: Resources
  package var labels: [StringPair]
  /// True when an agent runs what is placed here.
  package var managed: Bool
  /// While true, nothing new is placed here.
  package var drain: Bool
  /// Means something while it is managed.
  package var contact: Contact

  package init(
    id: NodeID, clusterID: ClusterID, organizationID: OrganizationID, name: String, capacity: Resources,
    labels: [StringPair] = [], managed: Bool = false
  ) {
    self.id = id
    self.clusterID = clusterID
    self.organizationID = organizationID
    self.name = name
    self.capacity = capacity
    self.labels = labels
    self.managed = managed
    drain = false
    contact = .never
  }

  /// Whether anything new may be placed here. A managed node takes nothing while its agent is not there.
  package var isOpen: Bool { !drain && (!managed || contact == .heard) }

  package init(_ row: JSONObject) throws {
    let fields = Fields(row, of: "node")
    id = try fields.id("id")
    clusterID = try fields.id("cluster_id")
    organizationID = try fields.id("organization_id")
    name = try fields.string("name")
    capacity = try fields.resources()
    labels = try fields.stringMap("labels")
    managed = fields.bool("managed")
    drain = fields.bool("drain")
    contact = try fields.optionalChoice("contact") ?? .never
  }

  package var json: JSONObject {
    var row = JSONObject()
    row.append("id", id)
    row.append("cluster_id", clusterID)
    row.append("organization_id", organizationID)
    row.append("name", name)
    row.append(capacity)
    if !labels.isEmpty { row.append("labels", labels.json) }
    row.append("managed", ifTrue: managed)
    row.append("drain", ifTrue: drain)
    if contact != .never { row.append("contact", contact.rawValue) }
    return row
  }
}
