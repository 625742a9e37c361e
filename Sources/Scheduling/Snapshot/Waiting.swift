import Model

/// A deployment in the queue, as far as scheduling looks at it.
package struct Waiting: Sendable {
  package let id: DeploymentID
  package let userID: UserID
  package let priority: Int
  package let createdAt: Timestamp
  package let spec: DeploymentSpec

  package init(_ deployment: Deployment) {
    id = deployment.id
    userID = deployment.userID
    priority = deployment.priority
    createdAt = deployment.createdAt
    spec = deployment.spec
  }

  package var need: Resources { spec.required }
}

/// A running attempt, as far as scheduling looks at it.
package struct Allocation: Sendable {
  package let id: DeploymentID
  package let userID: UserID
  package let priority: Int
  package let spec: DeploymentSpec
  package let attempt: Attempt

  package init(_ deployment: Deployment, _ attempt: Attempt) {
    id = deployment.id
    userID = deployment.userID
    priority = deployment.priority
    spec = deployment.spec
    self.attempt = attempt
  }

  package var held: Resources { spec.required }

  /// When it may be preempted from; nil: never.
  package var evictableFrom: Timestamp? {
    guard spec.preemptible else { return nil }
    // Beyond thirty thousand years the sum would leave the range of a timestamp.
    return attempt.startedAt + min(spec.minRuntime, 1e12)
  }
}
