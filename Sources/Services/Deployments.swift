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
    let reason = Reason(
      code: "cancelled", message: "Cancelled by \(caller.user.username); create it anew to run it after all.")
    try finish(deployment, .cancelled, exitCode: nil, message: nil, reason, &work)
  }

  private static func finish(
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

  package static func complete(
    _ id: DeploymentID, attempt: Int?, exitCode: Int, message: String?, by caller: Caller, _ work: inout Work
  ) throws {
    let deployment = try running(id, attempt: attempt, by: caller, work)
    try finish(deployment, .completed, exitCode: exitCode, message: message, nil, &work)
  }

  /// Failed, or pending again while it has retries left.
  package static func fail(
    _ id: DeploymentID, attempt: Int?, exitCode: Int?, message: String?, by caller: Caller, _ work: inout Work
  ) throws {
    let deployment = try running(id, attempt: attempt, by: caller, work)
    guard deployment.retriesUsed >= deployment.spec.retries else {
      let change = DeploymentChange.retried(exitCode: exitCode, message: message)
      try work.record(.deploymentChanged(DeploymentScope(deployment), change))
      return
    }
    let reason = Reason(code: "failed", message: failure(of: deployment, exitCode: exitCode))
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

  private static func failure(of deployment: Deployment, exitCode: Int?) -> String {
    let end = exitCode.map { "It ended with exit code \($0)" } ?? "It was reported as failed"
    let tries = deployment.attempts == 1 ? "" : " at attempt \(deployment.attempts)"
    return "\(end)\(tries) and has no retries left: see its message, mend it, and create it anew."
  }
}
