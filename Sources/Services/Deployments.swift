import JSON
import Model
import Scheduling

/// Deployments, from request to end.
package enum Deployments {
  package static let defaultPriority = 50

  /// The deployment, live or in history, when it is the caller's organization's.
  package static func find(_ id: DeploymentID, for caller: Caller, _ work: borrowing Work) throws
    -> Deployment
  {
    let organization = try caller.membership().organizationID
    guard let deployment = try row(id, work), deployment.organizationID == organization else {
      throw ServiceError.unknown("deployment", id)
    }
    return deployment
  }

  private static func row(_ id: DeploymentID, _ work: borrowing Work) throws -> Deployment? {
    if let live = work.fold.state.deployments[id] { return live }
    return try work.history.row(id: id.rawValue).map { try Deployment($0) }
  }

  package static func create(_ request: DeploymentRequest, by caller: Caller, _ work: inout Work) throws
    -> DeploymentID
  {
    let request = request.limited(for: caller, work)
    try Admissibility.require(request, by: caller, work)
    let deployment = try request.row(for: caller, work)
    try work.record(.deploymentCreated(deployment))
    return deployment.id
  }

  /// The live deployment, when the caller may end it; a conflict when it is over.
  private static func endable(_ id: DeploymentID, by caller: Caller, _ work: borrowing Work) throws
    -> Deployment
  {
    let deployment = try find(id, for: caller, work)
    guard caller.mayEnd(deployment) else {
      throw ServiceError.forbidden("Only its owner and operators may change deployment \(id).")
    }
    guard !deployment.isFinal else {
      throw ServiceError.conflict(
        "Deployment \(id) is \(deployment.phase.status) already.",
        ["status": .string(deployment.phase.status)])
    }
    return deployment
  }

  package static func cancel(_ id: DeploymentID, by caller: Caller, _ work: inout Work) throws {
    let deployment = try endable(id, by: caller, work)
    switch deployment.phase {
    case .starting(let attempt), .running(let attempt), .stopping(let attempt, _):
      guard !attempt.isManaged else { return try orderCancel(of: deployment, by: caller, &work) }
    case .pending, .nominated, .finished: break
    }
    let reason = Reason.cancelled(by: caller.user.username)
    try finish(deployment, .cancelled, exitCode: nil, message: nil, reason, &work)
  }

  /// Its end, when it is stopping already, becomes cancelled instead of what it would have been.
  private static func orderCancel(of deployment: Deployment, by caller: Caller, _ work: inout Work) throws {
    if case .stopping(_, let order) = deployment.phase, case .cancelled = order.cause { return }
    let change = DeploymentChange.stopping(.cancelled(by: caller.user.username))
    try work.record(.deploymentChanged(DeploymentScope(deployment), change))
  }

  static func finish(
    _ deployment: Deployment, _ status: Outcome.Status, exitCode: Int?, message: String?, _ reason: Reason?,
    _ work: inout Work
  ) throws {
    let outcome = Outcome(
      status: status, exitCode: exitCode, message: message, reason: reason, at: work.now,
      attempt: deployment.phase.liveAttempt)
    try work.record(.deploymentChanged(DeploymentScope(deployment), .finished(outcome)))
  }

  /// The running deployment, when the caller speaks of its current attempt.
  private static func running(
    _ id: DeploymentID, attempt: Int?, by caller: Caller, _ work: borrowing Work
  ) throws -> Deployment {
    let deployment = try endable(id, by: caller, work)
    guard let live = deployment.phase.liveAttempt else {
      throw ServiceError.conflict(
        "Deployment \(id) is not running: it is \(deployment.phase.status).",
        ["status": .string(deployment.phase.status)])
    }
    guard attempt ?? live.number == live.number else {
      throw ServiceError.conflict(
        "Deployment \(id) is at attempt \(live.number).",
        ["status": .string(deployment.phase.status), "attempt": .int(live.number)])
    }
    return deployment
  }

  /// The same, when whoever holds it is to say that it is over.
  private static func unmanaged(
    _ id: DeploymentID, attempt: Int?, by caller: Caller, _ work: borrowing Work
  ) throws -> Deployment {
    let deployment = try running(id, attempt: attempt, by: caller, work)
    guard let live = deployment.phase.liveAttempt, live.isManaged else { return deployment }
    throw ServiceError.conflict(
      "The agent of node \(live.nodeName) runs deployment \(id) and says when it is over: cancel it to end it.",
      ["status": .string(deployment.phase.status)])
  }

  package static func complete(
    _ id: DeploymentID, attempt: Int?, exitCode: Int, message: String?, by caller: Caller, _ work: inout Work
  ) throws {
    let deployment = try unmanaged(id, attempt: attempt, by: caller, work)
    try finish(deployment, .completed, exitCode: exitCode, message: message, nil, &work)
  }

  /// Failed, or pending again while it has retries left.
  package static func fail(
    _ id: DeploymentID, attempt: Int?, exitCode: Int?, message: String?, by caller: Caller, _ work: inout Work
  ) throws {
    let deployment = try unmanaged(id, attempt: attempt, by: caller, work)
    try failed(deployment, exitCode: exitCode, message: message, &work)
  }

  static func failed(_ deployment: Deployment, exitCode: Int?, message: String?, _ work: inout Work) throws {
    guard deployment.retriesUsed >= deployment.spec.retries else {
      let change = DeploymentChange.retried(exitCode: exitCode, message: message)
      try work.record(.deploymentChanged(DeploymentScope(deployment), change))
      return
    }
    let reason = Reason(
      code: "failed", message: failure(of: deployment, exitCode: exitCode, message: message))
    try finish(deployment, .failed, exitCode: exitCode, message: message, reason, &work)
  }

  /// The next attempt goes on from `reference`, should this one be preempted or fail.
  package static func checkpoint(
    _ id: DeploymentID, attempt: Int?, reference: String, by caller: Caller, _ work: inout Work
  ) throws {
    let deployment = try running(id, attempt: attempt, by: caller, work)
    try work.record(.deploymentChanged(DeploymentScope(deployment), .checkpointed(reference: reference)))
  }

  /// nil leaves the priority as it is.
  package static func reprioritize(
    _ id: DeploymentID, to priority: Int?, by caller: Caller, _ work: inout Work
  ) throws {
    let deployment = try endable(id, by: caller, work)
    guard let priority, priority != deployment.priority else { return }
    let membership = try caller.membership()
    let limits = work.fold.state.organizations[membership.organizationID]?.limits ?? .none
    try Admissibility.requirePriority(priority, within: limits, for: membership)
    try work.record(.deploymentChanged(DeploymentScope(deployment), .reprioritized(priority: priority)))
  }

  private static func failure(of deployment: Deployment, exitCode: Int?, message: String?) -> String {
    let isManaged = deployment.phase.liveAttempt?.isManaged ?? false
    let unknown = isManaged ? "It ended with an exit code that is not known" : "It was reported as failed"
    let end = exitCode.map { "It ended with exit code \($0)" } ?? unknown
    let tries = deployment.attempts == 1 ? "" : " at attempt \(deployment.attempts)"
    guard isManaged else {
      return "\(end)\(tries) and has no retries left: see its message, mend it, and create it anew."
    }
    guard let message else {
      return "\(end)\(tries) and has no retries left: see its output with deployments.logs."
    }
    return "\(end)\(tries) and has no retries left. \(message)"
  }
}
