import JSON
import Model
import Scheduling
import Storage

/// A unit of work on the planning state: what it records is durable when it ends, or has not happened.
package typealias Work = Transaction<PlanningState>

/// Planning as the strategies want it: everything that can start does, in the transaction that made it possible.
package enum Planning {
  /// Plans each cluster in which something changed, or whose time has come, until its strategy has no more to do.
  package static func settle(_ work: inout Work) throws {
    let now = work.now
    try failDependents(&work)
    var unplanned = work.fold.unplanned(at: now)
    while !unplanned.isEmpty {
      for id in unplanned { try settle(id, &work) }
      // What was preempted in one cluster may let its user start in another.
      unplanned = work.fold.unsettled.sorted()
    }
  }

  private static func settle(_ cluster: ClusterID, _ work: inout Work) throws {
    let now = work.now
    for id in work.fold.nominationsBeyondLimits(in: cluster) { try withdraw(id, &work) }
    while true {
      let plan = work.derive { $0.takePlan(of: cluster, now: now) }
      guard !plan.isEmpty else { return }
      for head in plan.blocked { try block(head, &work) }
      for id in plan.withdrawals { try withdraw(id, &work) }
      for preemption in plan.preemptions { try preempt(preemption, &work) }
      for nomination in plan.nominations { try Self.nomination(nomination, &work) }
      for start in plan.starts { try Self.start(start, &work) }
    }
  }

  /// Fails whoever waits for what can never complete any more, then those who wait for them.
  private static func failDependents(_ work: inout Work) throws {
    while true {
      let doomed = work.fold.doomed
      guard !doomed.isEmpty else { return }
      for (id, dependency) in doomed {
        let dependent = try existing(id, work)
        let status = try existing(dependency, work).phase.status
        let outcome = Outcome(
          status: .failed, exitCode: nil, message: nil,
          reason: DependencyReason.failed(of: dependency, status: status), at: work.now, attempt: nil)
        try work.record(.deploymentChanged(DeploymentScope(dependent), .finished(outcome)))
      }
    }
  }

  /// At once, but for what an agent has to stop: that holds what it has until its end is reported.
  private static func preempt(_ preemption: Plan.Preemption, _ work: inout Work) throws {
    let victim = try existing(preemption.victim, work)
    try work.record(.deploymentChanged(DeploymentScope(victim), victim.change(preemptedBy: preemption.by)))
  }

  private static func nomination(_ start: Plan.Start, _ work: inout Work) throws {
    let nominee = try existing(start.deploymentID, work)
    let node = try existing(start.nodeID, work)
    let nomination = NominatedPlacement(nodeID: node.id, nodeName: node.name, gpus: start.gpus, at: work.now)
    try work.record(.deploymentChanged(DeploymentScope(nominee), .nominated(nomination)))
  }

  private static func withdraw(_ id: DeploymentID, _ work: inout Work) throws {
    let nominee = try existing(id, work)
    try work.record(.deploymentChanged(DeploymentScope(nominee), .nominationWithdrawn))
  }

  private static func block(_ id: DeploymentID, _ work: inout Work) throws {
    let head = try existing(id, work)
    try work.record(.deploymentChanged(DeploymentScope(head), .blocked))
  }

  private static func start(_ start: Plan.Start, _ work: inout Work) throws {
    let deployment = try existing(start.deploymentID, work)
    let node = try existing(start.nodeID, work)
    let attempt = Attempt(
      number: deployment.attempts + 1, nodeID: node.id, nodeName: node.name, gpus: start.gpus,
      startedAt: work.now, isManaged: node.managed)
    try work.record(.deploymentChanged(DeploymentScope(deployment), .started(attempt)))
  }

  private static func existing(_ id: DeploymentID, _ work: borrowing Work) throws -> Deployment {
    guard let deployment = work.fold.state.deployments[id] else {
      throw ModelError.impossible("a plan names deployment \(id), which does not exist")
    }
    return deployment
  }

  private static func existing(_ id: NodeID, _ work: borrowing Work) throws -> Node {
    guard let node = work.fold.state.nodes[id] else {
      throw ModelError.impossible("a plan names node \(id), which does not exist")
    }
    return node
  }

  /// Ends the attempts that have lasted longer than their `max_duration`, and the pauses before retries.
  package static func expire(_ work: inout Work) throws {
    let now = work.now
    for id in work.fold.deadlines.due(at: now) {
      guard let deployment = work.fold.state.deployments[id], let attempt = deployment.phase.liveAttempt,
        let deadline = deployment.deadline, deadline <= now
      else { continue }
      if attempt.isManaged {
        try work.record(.deploymentChanged(DeploymentScope(deployment), .stopping(.deadline)))
      } else {
        let reason = Reason.deadline(of: deployment.spec)
        try Deployments.finish(deployment, .failed, exitCode: nil, message: nil, reason, &work)
      }
    }
    work.derive {
      $0.endRests(at: now)
      $0.dropPassedDeadlines(at: now)
    }
  }
}
