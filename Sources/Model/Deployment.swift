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
  /// Attempts that were lost with their node.
  package var losses: Int
  /// How the last attempt ended, when it failed or was lost and this is tried again.
  package var previousEnd: AttemptEnd?
  /// It is not tried again before.
  package var notBefore: Timestamp?
  /// Since when it is the first in line and cannot start; kept while it runs, so that who waited long is protected.
  package var blockedAt: Timestamp?
  /// When it last had to make room, oldest first; at most `rememberedPreemptions`.
  package var preemptedAt: [Timestamp]
  package var checkpoint: Checkpoint?
  /// What its agent says of how the live attempt runs.
  package var note: String?
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
    losses = 0
    preemptedAt = []
    self.createdAt = createdAt
  }

  package var isFinal: Bool { phase.isFinal }

  /// When the running attempt has lasted too long; nil when it may go on, or is stopped already.
  package var deadline: Timestamp? {
    guard let limit = spec.maxDuration else { return nil }
    switch phase {
    case .starting(let attempt), .running(let attempt): return attempt.startedAt + limit
    case .pending, .nominated, .stopping, .finished: return nil
    }
  }

  package init(_ row: JSONObject) throws {
    let fields = Fields(row, of: "deployment")
    id = try fields.id("id")
    clusterID = try fields.id("cluster_id")
    organizationID = try fields.id("organization_id")
    userID = try fields.id("user_id")
    spec = try DeploymentSpec(fields)
    priority = try fields.int("priority")
    attempts = try fields.optionalInt("attempts") ?? 0
    preemptions = try fields.optionalInt("preemptions") ?? 0
    retriesUsed = try fields.optionalInt("retries_used") ?? 0
    losses = try fields.optionalInt("losses") ?? 0
    previousEnd = try row["previous_end"]?.object.map { try AttemptEnd(Fields($0, of: "attempt end")) }
    notBefore = try fields.optionalTime("not_before")
    blockedAt = try fields.optionalTime("blocked_at")
    preemptedAt = try fields.times("preempted_at")
    checkpoint = try row["checkpoint"]?.object.map { try Checkpoint(Fields($0, of: "checkpoint")) }
    note = fields.optionalString("note")
    createdAt = try fields.time("created_at")
    phase = try Phase(row)
  }

  package var json: JSONObject {
    var row = JSONObject()
    row.reserveCapacity(21)
    row.append("id", id)
    row.append("cluster_id", clusterID)
    row.append("organization_id", organizationID)
    row.append("user_id", userID)
    spec.append(to: &row)
    row.append("priority", .int(priority))
    if attempts != 0 { row.append("attempts", .int(attempts)) }
    if preemptions != 0 { row.append("preemptions", .int(preemptions)) }
    if retriesUsed != 0 { row.append("retries_used", .int(retriesUsed)) }
    if losses != 0 { row.append("losses", .int(losses)) }
    if let previousEnd { row.append("previous_end", previousEnd.json) }
    if let notBefore { row.append("not_before", notBefore) }
    if let blockedAt { row.append("blocked_at", blockedAt) }
    if !preemptedAt.isEmpty { row.append("preempted_at", .array(preemptedAt.map { .string($0.text) })) }
    if let checkpoint { row.append("checkpoint", checkpoint.json) }
    row.append("note", ifSet: note)
    row.append("created_at", createdAt)
    phase.append(to: &row)
    return row
  }
}

extension Phase {
  /// Each stands in the row under a key of its own; a pending one under none.
  fileprivate init(_ row: JSONObject) throws {
    if let running = row["running"]?.object {
      self = .running(try Attempt(Fields(running, of: "attempt")))
    } else if let outcome = row["outcome"]?.object {
      self = .finished(try Outcome(Fields(outcome, of: "outcome")))
    } else if let starting = row["starting"]?.object {
      self = .starting(try Attempt(Fields(starting, of: "attempt")))
    } else if let stopping = row["stopping"]?.object {
      let order = try StopOrder(try Fields(row, of: "deployment").fields("stop"))
      self = .stopping(try Attempt(Fields(stopping, of: "attempt")), order)
    } else if let nomination = row["claim"]?.object {
      self = .nominated(try NominatedPlacement(Fields(nomination, of: "claim")))
    } else {
      self = .pending
    }
  }

  fileprivate func append(to row: inout JSONObject) {
    switch self {
    case .pending: break
    case .nominated(let nomination): row.append("claim", nomination.json)
    case .starting(let attempt): row.append("starting", attempt.json)
    case .running(let attempt): row.append("running", attempt.json)
    case .stopping(let attempt, let order):
      row.append("stopping", attempt.json)
      row.append("stop", order.json)
    case .finished(let outcome): row.append("outcome", outcome.json)
    }
  }
}
