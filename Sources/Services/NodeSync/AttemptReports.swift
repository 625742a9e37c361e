import JSON
import Model
import Storage

/// The fate of managed attempts: by their agents' reports, or by their agents' silence.
package enum AttemptReports {
  /// Attempts that may be lost with their nodes; one more, and it is taken to bring its nodes down.
  static let lossLimit = 5

  /// Takes what an agent says of its node. An entry of an attempt that is not current, or runs elsewhere, is ignored.
  package static func take(_ observed: [Observation], on node: Node, _ work: inout Work) throws {
    for entry in observed {
      guard let deployment = work.fold.state.deployments[entry.deploymentID],
        let attempt = deployment.phase.liveAttempt, attempt.number == entry.attempt,
        attempt.nodeID == node.id, attempt.isManaged
      else { continue }
      if let reference = entry.checkpoint, reference != deployment.checkpoint?.reference {
        try work.record(.deploymentChanged(DeploymentScope(deployment), .checkpointed(reference: reference)))
      }
      switch entry.phase {
      case .starting: break
      case .running: try run(deployment, note: entry.message, &work)
      case .exited where entry.isFenced:
        let message =
          entry.message
          ?? "It was killed on node \(node.name): the node's lease had passed, or its machine was started anew."
        try lose(deployment, on: node, message, &work)
      case .exited: try end(deployment, exitCode: entry.exitCode, message: entry.message, &work)
      }
    }
  }

  /// That it runs, and how, where either is news.
  private static func run(_ deployment: Deployment, note: String?, _ work: inout Work) throws {
    switch deployment.phase {
    case .starting: break
    case .running: guard let note, note != deployment.note else { return }
    case .pending, .nominated, .stopping, .finished: return
    }
    try work.record(.deploymentChanged(DeploymentScope(deployment), .ran(note: note)))
  }

  /// After an order to stop any end is what was ordered; else the exit code says what it was.
  private static func end(_ deployment: Deployment, exitCode: Int?, message: String?, _ work: inout Work)
    throws
  {
    guard case .stopping(_, let order) = deployment.phase else {
      guard exitCode == 0 else {
        return try Deployments.failed(deployment, exitCode: exitCode, message: message, &work)
      }
      return try Deployments.finish(deployment, .completed, exitCode: 0, message: message, nil, &work)
    }
    try obey(order, deployment, exitCode: exitCode, message: message, &work)
  }

  private static func obey(
    _ order: StopOrder, _ deployment: Deployment, exitCode: Int?, message: String?, _ work: inout Work
  ) throws {
    switch order.cause {
    case .preempted(let by):
      try work.record(.deploymentChanged(DeploymentScope(deployment), .preempted(by: by)))
    case .cancelled(let user):
      try Deployments.finish(
        deployment, .cancelled, exitCode: exitCode, message: message, .cancelled(by: user), &work)
    case .deadline:
      try Deployments.finish(
        deployment, .failed, exitCode: exitCode, message: message, .deadline(of: deployment.spec), &work)
    }
  }

  /// The node's agent was not heard for so long that its programs have been killed: what ran there is over, and is tried
  /// again elsewhere.
  package static func lose(_ node: Node, _ work: inout Work) throws {
    guard let cluster = work.fold.state.clusters[node.clusterID] else { return }
    try work.record(.nodeLost(node.id, ClusterScope(cluster)))
    for id in work.fold.liveAttempts(on: node) {
      guard let deployment = work.fold.state.deployments[id] else { continue }
      try lose(deployment, on: node, lossMessage(node), &work)
    }
  }

  /// Its end was not its own doing.
  private static func lose(_ deployment: Deployment, on node: Node, _ message: String, _ work: inout Work)
    throws
  {
    if case .stopping(_, let order) = deployment.phase {
      try obey(order, deployment, exitCode: nil, message: message, &work)
    } else if deployment.losses < lossLimit {
      try work.record(.deploymentChanged(DeploymentScope(deployment), .lost(message: message)))
    } else {
      let reason = Reason(
        code: "node_lost",
        message:
          "\(lossLimit + 1) nodes were lost while it ran on them, \(node.name) last: see whether it brings them"
          + " down before you create it anew.")
      try Deployments.finish(deployment, .failed, exitCode: nil, message: message, reason, &work)
    }
  }

  private static func lossMessage(_ node: Node) -> String {
    "Node \(node.name) was lost: its agent was not heard for the length of its lease."
  }
}

extension Reason {
  static func cancelled(by user: String) -> Reason {
    Reason(code: "cancelled", message: "Cancelled by \(user); create it anew to run it after all.")
  }

  static func deadline(of spec: DeploymentSpec) -> Reason {
    let limit = spec.maxDuration.map { JSONValue.seconds($0).text } ?? ""
    return Reason(
      code: "deadline",
      message: "It ran for its max_duration of \(limit) seconds and was ended;"
        + " create it anew with a longer max_duration, or with none.")
  }
}
