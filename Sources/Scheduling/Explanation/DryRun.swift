import Model

/// A copy of a cluster in which its strategy's plans happen while nothing is recorded.
///
/// Costs what the plans cost: the copied snapshot shares all it does not change.
package struct DryRun {
  package private(set) var snapshot: ClusterSnapshot
  package private(set) var now: Timestamp
  private var strategy: any Strategy
  private let recorded: (DeploymentID) -> Deployment?
  private let recordedAllowance: (UserID) -> Resources?
  /// Rows that differ from what is recorded.
  private var rows: [DeploymentID: Deployment] = [:]
  /// Of users who have limits, as far as they were touched.
  private var allowances: [UserID: Resources] = [:]

  /// `recorded` knows the rows as they are, `allowance` what a user may start now (nil: any amount).
  package init(
    _ snapshot: ClusterSnapshot, by strategy: any Strategy, now: Timestamp,
    recorded: @escaping (DeploymentID) -> Deployment?, allowance: @escaping (UserID) -> Resources?
  ) {
    self.snapshot = snapshot
    self.strategy = strategy
    self.now = now
    self.recorded = recorded
    recordedAllowance = allowance
  }

  package func row(_ id: DeploymentID) -> Deployment? { rows[id] ?? recorded(id) }

  /// Those of some that have an attempt to lose; rising.
  package func running(_ ids: [DeploymentID]) -> [DeploymentID] {
    ids.filter { row($0)?.phase.liveAttempt != nil }.sorted()
  }

  /// What a user may start now; nil: any amount.
  package func allowance(of user: UserID) -> Resources? { allowances[user] ?? recordedAllowance(user) }

  /// A deployment that is not recorded joins the queue.
  package mutating func add(_ deployment: Deployment) {
    snapshot.setAllowance(of: deployment.userID, to: allowance(of: deployment.userID))
    rows[deployment.id] = deployment
    snapshot.change(from: nil, to: deployment)
  }

  package mutating func advance(to time: Timestamp) { now = max(now, time) }

  /// Takes the next plan and does what it says; an empty one when nobody can start.
  package mutating func step() -> Plan {
    let plan = snapshot.takePlan(by: &strategy, now: now)
    for head in plan.blocked { change(head, .blocked) }
    for id in plan.withdrawals { change(id, .nominationWithdrawn) }
    for preemption in plan.preemptions {
      guard let row = row(preemption.victim) else { continue }
      change(preemption.victim, row.change(preemptedBy: preemption.by))
    }
    for nomination in plan.nominations {
      let name = snapshot[nomination.nodeID]?.node.name ?? ""
      change(
        nomination.deploymentID,
        .nominated(
          NominatedPlacement(nodeID: nomination.nodeID, nodeName: name, gpus: nomination.gpus, at: now)))
    }
    for start in plan.starts {
      guard let row = row(start.deploymentID), let node = snapshot[start.nodeID]?.node else { continue }
      let attempt = Attempt(
        number: row.attempts + 1, nodeID: start.nodeID, nodeName: node.name, gpus: start.gpus,
        startedAt: now, isManaged: node.managed)
      change(start.deploymentID, .started(attempt))
    }
    return plan
  }

  /// The attempt is over; nothing happens when it is over already.
  package mutating func end(_ id: DeploymentID, attempt number: Int) {
    guard let row = row(id), let attempt = row.phase.liveAttempt, attempt.number == number else { return }
    if case .stopping(_, let order) = row.phase, case .preempted(let by) = order.cause {
      return change(id, .preempted(by: by))
    }
    let outcome = Outcome(
      status: .completed, exitCode: 0, message: nil, reason: nil, at: now, attempt: attempt)
    change(id, .finished(outcome))
  }

  private mutating func change(_ id: DeploymentID, _ change: DeploymentChange) {
    guard let old = row(id) else { return }
    var new = old
    new.apply(change, at: now)
    rows[id] = new
    follow(old, new)
    snapshot.change(from: old, to: new)
  }

  /// What a user runs less it may start more.
  private mutating func follow(_ old: Deployment, _ new: Deployment) {
    let wasCounted = old.phase.isCounted
    guard wasCounted != new.phase.isCounted, var left = allowance(of: new.userID) else { return }
    if wasCounted { left += old.spec.required } else { left -= old.spec.required }
    allowances[new.userID] = left
    snapshot.setAllowance(of: new.userID, to: left)
  }
}

extension Phase {
  /// Whether its user's limits count it: a place that is being cleared for it is its user's already.
  fileprivate var isCounted: Bool { liveAttempt != nil || nomination != nil }
}

extension Deployment {
  /// What preempting it is: an agent has to stop it first, and a nomination is given up at once.
  package func change(preemptedBy nominee: DeploymentID) -> DeploymentChange {
    if phase.nomination != nil { return .nominationWithdrawn }
    return phase.liveAttempt?.isManaged ?? false
      ? .stopping(.preempted(by: nominee)) : .preempted(by: nominee)
  }
}
