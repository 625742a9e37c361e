import JSON

/// A request to run an image with given resources and priority, and what became of it.
package struct Deployment: StoredRow {
  package let id: DeploymentID
  package let clusterID: ClusterID
  package let organizationID: OrganizationID
  package let userID: UserID
  package let spec: DeploymentSpec
  /// 0–100, higher first.
  package var priority: Int
  package var phase: Phase
  /// Placements so far; the number of the current or last attempt.
  package var attempts: Int
  package var preemptions: Int
  /// Attempts that failed and were followed by another.
  package var retriesUsed: Int
  /// Since when it is the first in line and cannot start; kept while it runs, so that who waited long is protected.
  package var blockedAt: Timestamp?
  /// When it last had to make room, oldest first; at most `rememberedPreemptions`.
  package var preemptedAt: [Timestamp]
  package var checkpoint: Checkpoint?
  package let createdAt: Timestamp

  /// How many times of preemption a row keeps.
  package static let rememberedPreemptions = 16

  package init(
    id: DeploymentID, clusterID: ClusterID, organizationID: OrganizationID, userID: UserID,
    spec: DeploymentSpec, priority: Int, createdAt: Timestamp
  ) {
    self.id = id
    self.clusterID = clusterID
    self.organizationID = organizationID
    self.userID = userID
    self.spec = spec
    self.priority = priority
    phase = .pending
    attempts = 0
    preemptions = 0
    retriesUsed = 0
    preemptedAt = []
    self.createdAt = createdAt
  }

  package var isFinal: Bool { phase.isFinal }

  /// When the running attempt has lasted too long; nil when it may go on.
  package var deadline: Timestamp? {
    guard let attempt = phase.liveAttempt, let limit = spec.maxDuration else { return nil }
    return attempt.startedAt + limit
  }

  package init(_ row: JSONObject) throws {
    let fields = Fields(row, of: "deployment")
    id = try fields.id("id")
    clusterID = try fields.id("cluster_id")
    organizationID = try fields.id("organization_id")
    userID = try fields.id("user_id")
    spec = try DeploymentSpec(fields)
    priority = try fields.int("priority")
    attempts = fields.optionalInt("attempts") ?? 0
    preemptions = fields.optionalInt("preemptions") ?? 0
    retriesUsed = fields.optionalInt("retries_used") ?? 0
    blockedAt = try fields.optionalTime("blocked_at")
    preemptedAt = try fields.times("preempted_at")
    checkpoint = try row["checkpoint"]?.object.map { try Checkpoint(Fields($0, of: "checkpoint")) }
    createdAt = try fields.time("created_at")
    if let running = row["running"]?.object {
      phase = .running(try Attempt(Fields(running, of: "attempt")))
    } else if let outcome = row["outcome"]?.object {
      phase = .finished(try Outcome(Fields(outcome, of: "outcome")))
    } else {
      phase = .pending
    }
  }

  package var json: JSONObject {
    var row = JSONObject()
    row.reserveCapacity(20)
    row.append("id", id)
    row.append("cluster_id", clusterID)
    row.append("organization_id", organizationID)
    row.append("user_id", userID)
    spec.append(to: &row)
    row.append("priority", .int(priority))
    if attempts != 0 { row.append("attempts", .int(attempts)) }
    if preemptions != 0 { row.append("preemptions", .int(preemptions)) }
    if retriesUsed != 0 { row.append("retries_used", .int(retriesUsed)) }
    if let blockedAt { row.append("blocked_at", blockedAt) }
    if !preemptedAt.isEmpty { row.append("preempted_at", .array(preemptedAt.map { .string($0.text) })) }
    if let checkpoint { row.append("checkpoint", checkpoint.json) }
    row.append("created_at", createdAt)
    switch phase {
    case .pending: break
    case .running(let attempt): row.append("running", attempt.json)
    case .finished(let outcome): row.append("outcome", outcome.json)
    }
    return row
  }
}
