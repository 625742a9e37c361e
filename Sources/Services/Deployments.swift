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

  package static func create(
    _ spec: DeploymentSpec, priority: Int, in clusterID: ClusterID, by caller: Caller, _ work: inout Work
  ) throws -> DeploymentID {
    _ = try caller.membership(atLeast: .member)
    let cluster = try Clusters.find(clusterID, for: caller, work)
    guard spec.required != .zero else {
      throw ServiceError.invalid(pointer: "/required_cpu", "must be above 0 when ram and gpu are 0 too")
    }
    try requireFit(spec.required, in: clusterID, work)
    let deployment = Deployment(
      id: DeploymentID(work.fold.state.deployments.nextID), clusterID: cluster.id,
      organizationID: cluster.organizationID, userID: caller.user.id, spec: spec, priority: priority,
      createdAt: work.now)
    try work.record(.deploymentCreated(deployment))
    return deployment.id
  }

  /// Refuses what could not start even if the cluster were empty.
  private static func requireFit(
    _ required: Resources, in cluster: ClusterID, _ work: borrowing Work
  ) throws(ServiceError) {
    guard let snapshot = work.fold.snapshots[cluster], !Admission.canEverFit(required, in: snapshot) else {
      return
    }
    let sentence = Admission.refusal(of: required, in: Nodes.all(of: cluster, work))
    throw .unschedulable(sentence ?? "It fits no node of the cluster.")
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
    let reason = Reason(code: "cancelled", message: "Cancelled by \(caller.user.username).")
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
    let sentence = exitCode.map { "It ended with exit code \($0)." } ?? "Reported as failed."
    let reason = Reason(code: "failed", message: sentence)
    try finish(deployment, .failed, exitCode: exitCode, message: message, reason, &work)
  }

  /// nil leaves the priority as it is.
  package static func reprioritize(
    _ id: DeploymentID, to priority: Int?, by caller: Caller, _ work: inout Work
  ) throws {
    let deployment = try endable(id, by: caller, work)
    guard let priority, priority != deployment.priority else { return }
    try work.record(.deploymentChanged(DeploymentScope(deployment), .reprioritized(priority: priority)))
  }
}
