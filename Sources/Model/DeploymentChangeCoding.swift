import JSON

extension DeploymentChange {
  var type: String {
    switch self {
    case .nominated: "deployment.claimed"
    case .nominationWithdrawn: "deployment.unclaimed"
    case .started: "deployment.started"
    case .ran: "deployment.ran"
    case .stopping: "deployment.stopping"
    case .blocked: "deployment.blocked"
    case .preempted: "deployment.preempted"
    case .retried: "deployment.retried"
    case .lost: "deployment.lost"
    case .finished: "deployment.finished"
    case .reprioritized: "deployment.reprioritized"
    case .checkpointed: "deployment.checkpointed"
    }
  }

  func append(to data: inout JSONObject) {
    switch self {
    case .nominated(let nomination): data.append("claim", nomination.json)
    case .started(let attempt): data.append("attempt", attempt.json)
    case .stopping(let cause): cause.append(to: &data)
    case .ran(let note): data.append("note", ifSet: note)
    case .nominationWithdrawn, .blocked: break
    case .preempted(let by): data.append("by", by)
    case .retried(let exitCode, let message):
      data.append("exit_code", ifSet: exitCode)
      data.append("message", ifSet: message)
    case .lost(let message): data.append("message", message)
    case .finished(let outcome): data.append("outcome", outcome.json)
    case .reprioritized(let priority): data.append("priority", .int(priority))
    case .checkpointed(let reference): data.append("reference", reference)
    }
  }

  /// nil when the type is none of ours.
  init?(type: String, _ fields: Fields) throws {
    switch type {
    case "deployment.claimed": self = .nominated(try NominatedPlacement(try fields.fields("claim")))
    case "deployment.unclaimed": self = .nominationWithdrawn
    case "deployment.ran": self = .ran(note: fields.optionalString("note"))
    case "deployment.stopping": self = .stopping(try StopOrder.Cause(fields))
    case "deployment.lost": self = .lost(message: try fields.string("message"))
    case "deployment.started": self = .started(try Attempt(try fields.fields("attempt")))
    case "deployment.blocked": self = .blocked
    case "deployment.preempted": self = .preempted(by: try fields.id("by"))
    case "deployment.retried":
      self = .retried(
        exitCode: try fields.optionalInt("exit_code"), message: fields.optionalString("message"))
    case "deployment.finished": self = .finished(try Outcome(try fields.fields("outcome")))
    case "deployment.reprioritized": self = .reprioritized(priority: try fields.int("priority"))
    case "deployment.checkpointed": self = .checkpointed(reference: try fields.string("reference"))
    default: return nil
    }
  }
}
