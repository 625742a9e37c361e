import JSON

/// One placement of a deployment on a node.
package struct Attempt: Hashable, Sendable {
  /// From 1, rising with each placement.
  package let number: Int
  package let nodeID: NodeID
  /// As it was called then: history outlives nodes.
  package let nodeName: String
  package let gpus: [GPUShare]
  /// When it was placed.
  package let startedAt: Timestamp
  /// True when an agent runs it; else placing it is running it.
  package let isManaged: Bool

  package init(
    number: Int, nodeID: NodeID, nodeName: String, gpus: [GPUShare], startedAt: Timestamp,
    isManaged: Bool = false
  ) {
    self.number = number
    self.nodeID = nodeID
    self.nodeName = nodeName
    self.gpus = gpus
    self.startedAt = startedAt
    self.isManaged = isManaged
  }
}

/// A code to act on and a sentence to read.
package struct Reason: Hashable, Sendable {
  package let code: String
  package let message: String

  package init(code: String, message: String) {
    self.code = code
    self.message = message
  }
}

/// The end of a deployment.
package struct Outcome: Hashable, Sendable {
  package enum Status: String, Sendable {
    case completed
    case failed
    case cancelled
  }

  package let status: Status
  package let exitCode: Int?
  package let message: String?
  /// Why it failed or was cancelled; nil for completed.
  package let reason: Reason?
  package let at: Timestamp
  /// The last attempt; nil when it never ran.
  package let attempt: Attempt?

  package init(
    status: Status, exitCode: Int?, message: String?, reason: Reason?, at: Timestamp, attempt: Attempt?
  ) {
    self.status = status
    self.exitCode = exitCode
    self.message = message
    self.reason = reason
    self.at = at
    self.attempt = attempt
  }
}

/// The stage in which a deployment stands, with what belongs to that stage alone.
package enum Phase: Hashable, Sendable {
  case pending
  /// Pending, with a place that is being cleared for it.
  case nominated(NominatedPlacement)
  /// Its agent is to run it.
  case starting(Attempt)
  case running(Attempt)
  /// Its agent is to stop it, and it holds what it has until then.
  case stopping(Attempt, StopOrder)
  case finished(Outcome)
}

extension Phase {
  package var status: String {
    switch self {
    case .pending, .nominated: "pending"
    case .starting: "starting"
    case .running: "running"
    case .stopping: "stopping"
    case .finished(let outcome): outcome.status.rawValue
    }
  }

  package var isFinal: Bool {
    switch self {
    case .pending, .nominated, .starting, .running, .stopping: false
    case .finished: true
    }
  }

  /// The attempt that holds resources now.
  package var liveAttempt: Attempt? {
    switch self {
    case .pending, .nominated, .finished: nil
    case .starting(let attempt), .running(let attempt), .stopping(let attempt, _): attempt
    }
  }

  package var lastAttempt: Attempt? {
    switch self {
    case .pending, .nominated: nil
    case .starting(let attempt), .running(let attempt), .stopping(let attempt, _): attempt
    case .finished(let outcome): outcome.attempt
    }
  }

  package var nomination: NominatedPlacement? {
    guard case .nominated(let nomination) = self else { return nil }
    return nomination
  }
}

extension Attempt {
  init(_ fields: Fields) throws {
    number = try fields.int("number")
    nodeID = try fields.id("node_id")
    nodeName = try fields.string("node")
    startedAt = try fields.time("started_at")
    gpus = try fields.gpus()
    isManaged = fields.bool("managed")
  }

  var json: JSONValue {
    var row = JSONObject()
    row.append("number", .int(number))
    row.append("node_id", nodeID)
    row.append("node", nodeName)
    row.append("started_at", startedAt)
    if !gpus.isEmpty { row.append("gpus", gpus.json) }
    row.append("managed", ifTrue: isManaged)
    return .object(row)
  }
}

extension Fields {
  func gpus() throws -> [GPUShare] {
    try (object["gpus"]?.array ?? []).map { entry in
      let share = Fields(entry.object ?? JSONObject(), of: "gpu share")
      return GPUShare(index: try share.int("index"), share: try share.thousandths("share"))
    }
  }
}

extension [GPUShare] {
  package var json: JSONValue {
    .array(map { ["index": .int($0.index), "share": $0.share.json] })
  }
}

extension Reason {
  init(_ fields: Fields) throws {
    code = try fields.string("code")
    message = try fields.string("message")
  }

  package var json: JSONValue { ["code": .string(code), "message": .string(message)] }
}

extension Outcome {
  init(_ fields: Fields) throws {
    status = try fields.choice("status")
    exitCode = try fields.optionalInt("exit_code")
    message = fields.optionalString("message")
    reason = try fields.object["reason"]?.object.map { try Reason(Fields($0, of: "reason")) }
    at = try fields.time("at")
    attempt = try fields.object["attempt"]?.object.map { try Attempt(Fields($0, of: "attempt")) }
  }

  var json: JSONValue {
    var row = JSONObject()
    row.append("status", status.rawValue)
    row.append("exit_code", ifSet: exitCode)
    row.append("message", ifSet: message)
    if let reason { row.append("reason", reason.json) }
    row.append("at", at)
    if let attempt { row.append("attempt", attempt.json) }
    return .object(row)
  }
}
