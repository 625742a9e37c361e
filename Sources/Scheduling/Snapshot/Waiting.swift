import Model

/// A deployment in the queue, as far as scheduling looks at it.
package struct Waiting: Sendable {
  package let id: DeploymentID
  package let userID: UserID
  package let priority: Int
  package let createdAt: Timestamp
  package let record: ServiceRecord

  package init(_ deployment: Deployment) {
    id = deployment.id
    userID = deployment.userID
    priority = deployment.priority
    createdAt = deployment.createdAt
    record = ServiceRecord(deployment)
  }

  package var spec: DeploymentSpec { record.spec }
  package var need: Resources { spec.required }

  /// When it would be over at the latest; nil: nobody knows.
  func knownEnd(startedAt: Timestamp) -> Timestamp? { spec.maxDuration.map { startedAt + $0 } }
}

/// A running attempt, as far as scheduling looks at it.
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

  init(_ deployment: Deployment, _ attempt: Attempt, _ rules: QueueRules) {
    id = deployment.id
    userID = deployment.userID
    priority = deployment.priority
    record = ServiceRecord(deployment)
    self.attempt = attempt
    let checkpoint = deployment.checkpoint.flatMap { $0.attempt == attempt.number ? $0.at : nil }
    savedAt = max(attempt.startedAt, checkpoint ?? attempt.startedAt)
    knownEnd = deployment.deadline
    evictableFrom = rules.evictableFrom(record, startedAt: attempt.startedAt)
  }

  package var spec: DeploymentSpec { record.spec }
  package var held: Resources { spec.required }

  /// The same under other rules.
  func under(_ rules: QueueRules) -> Allocation {
    var other = self
    other.evictableFrom = rules.evictableFrom(record, startedAt: attempt.startedAt)
    return other
  }
}
