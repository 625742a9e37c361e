import JSON

/// An order to an agent to stop an attempt; its cause says what the end means, whatever the exit code.
package struct StopOrder: Hashable, Sendable {
  package enum Cause: Hashable, Sendable {
    /// To make room; it returns to the queue.
    case preempted(by: DeploymentID)
    case cancelled(by: String)
    /// It lasted for its `max_duration`.
    case deadline
  }

  package let cause: Cause
  package let at: Timestamp

  package init(cause: Cause, at: Timestamp) {
    self.cause = cause
    self.at = at
  }
}

extension StopOrder.Cause {
  init(_ fields: Fields) throws {
    switch try fields.string("cause") {
    case "preempted": self = .preempted(by: try fields.id("by"))
    case "cancelled": self = .cancelled(by: try fields.string("by"))
    case "deadline": self = .deadline
    default: throw ModelError.badField("cause", in: fields.owner)
    }
  }

  /// As `nodes.sync` and the program's stop file name it.
  package var code: String {
    switch self {
    case .preempted: "preempted"
    case .cancelled: "cancelled"
    case .deadline: "deadline"
    }
  }

  func append(to row: inout JSONObject) {
    row.append("cause", code)
    switch self {
    case .preempted(let by): row.append("by", by)
    case .cancelled(let by): row.append("by", by)
    case .deadline: break
    }
  }
}

extension StopOrder {
  init(_ fields: Fields) throws {
    cause = try Cause(fields)
    at = try fields.time("at")
  }

  var json: JSONValue {
    var row = JSONObject()
    cause.append(to: &row)
    row.append("at", at)
    return .object(row)
  }
}
