import JSON
import Model

/// An entry of what should be on a node.
package struct DesiredAttempt: Sendable {
  package enum Action: Sendable {
    case run
    case stop(StopOrder)
    /// What the agent has there is current no more.
    case stopStale
  }

  package let deploymentID: DeploymentID
  package let attempt: Int
  package let action: Action
  /// Nil for what is stale: it may be known no more.
  package let deployment: Deployment?
}

extension DesiredAttempt {
  /// Everything live on the node, and what the agent has besides; rising by deployment.
  package static func all(on node: Node, besides observed: [Observation], _ work: borrowing Work)
    -> [DesiredAttempt]
  {
    let state = work.fold.state
    var desired = work.fold.liveAttempts(on: node).compactMap { id -> DesiredAttempt? in
      guard let deployment = state.deployments[id], let attempt = deployment.phase.liveAttempt else {
        return nil
      }
      var action = Action.run
      if case .stopping(_, let order) = deployment.phase { action = .stop(order) }
      return DesiredAttempt(
        deploymentID: id, attempt: attempt.number, action: action, deployment: deployment)
    }
    for entry in observed where entry.phase != .exited {
      let isCurrent = desired.contains {
        $0.deploymentID == entry.deploymentID && $0.attempt == entry.attempt
      }
      if isCurrent { continue }
      desired.append(
        DesiredAttempt(
          deploymentID: entry.deploymentID, attempt: entry.attempt, action: .stopStale, deployment: nil))
    }
    return desired.sorted { ($0.deploymentID, $0.attempt) < ($1.deploymentID, $1.attempt) }
  }

  /// Whether the agent, which sees this, has nothing to do.
  package static func isSettled(_ desired: [DesiredAttempt], _ observed: [Observation]) -> Bool {
    let running = Set(observed.filter { $0.phase != .exited }.map(\.deploymentID))
    return desired.allSatisfy { entry in
      guard case .run = entry.action else { return false }
      return running.contains(entry.deploymentID)
    } && !observed.contains { $0.phase == .exited }
  }
}
