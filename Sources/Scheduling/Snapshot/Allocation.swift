import Model

/// A live attempt, or a placement that was nominated for one, as far as scheduling looks at it.
package struct Allocation: Sendable {
  package let id: DeploymentID
  package let userID: UserID
  package let priority: Int
  package let record: ServiceRecord
  package let attempt: Attempt
  /// From when on what it has done would be lost.
  package let savedAt: Timestamp
  /// When it may be preempted from; nil: never.
  package private(set) var evictableFrom: Timestamp?
  /// When it is over at the latest; nil: nobody knows.
  package let knownEnd: Timestamp?
  /// Set when its agent was told to stop it.
  package let stop: StopOrder?
  /// From when on nobody counts on its end any more: its agent was told to stop it, and has not for long.
  var overdueAt: Timestamp? { stop == nil ? nil : knownEnd.map { $0 + Self.stopPatience } }
  /// Seconds beyond its grace.
  static let stopPatience = 60.0
  /// True when nothing runs yet: whoever may evict its deployment takes the place, whatever it says of preemption.
  package let isNomination: Bool

  init(_ deployment: Deployment, _ attempt: Attempt, _ rules: QueueRules) {
    id = deployment.id
    userID = deployment.userID
    priority = deployment.priority
    record = ServiceRecord(deployment)
    self.attempt = attempt
    let checkpoint = deployment.checkpoint.flatMap { $0.attempt == attempt.number ? $0.at : nil }
    savedAt = max(attempt.startedAt, checkpoint ?? attempt.startedAt)
    knownEnd = deployment.knownEnd
    isNomination = false
    if case .stopping(_, let order) = deployment.phase { stop = order } else { stop = nil }
    evictableFrom = stop == nil ? rules.evictableFrom(record, startedAt: attempt.startedAt) : nil
  }

  init(_ deployment: Deployment, _ nomination: NominatedPlacement) {
    id = deployment.id
    userID = deployment.userID
    priority = deployment.priority
    record = ServiceRecord(deployment)
    attempt = Attempt(
      number: deployment.attempts + 1, nodeID: nomination.nodeID, nodeName: nomination.nodeName,
      gpus: nomination.gpus,
      startedAt: nomination.at, isManaged: true)
    savedAt = nomination.at
    knownEnd = nil
    stop = nil
    isNomination = true
    evictableFrom = Timestamp(milliseconds: .min)
  }

  package var spec: DeploymentSpec { record.spec }
  package var held: Resources { spec.required }

  /// The same under other rules.
  func under(_ rules: QueueRules) -> Allocation {
    guard stop == nil, !isNomination else { return self }
    var other = self
    other.evictableFrom = rules.evictableFrom(record, startedAt: attempt.startedAt)
    return other
  }
}

extension Deployment {
  /// When what it holds is free at the latest; nil: nobody knows. One that is told to stop has its grace.
  package var knownEnd: Timestamp? {
    guard case .stopping(_, let order) = phase else { return deadline }
    return order.at + spec.graceSeconds
  }
}
