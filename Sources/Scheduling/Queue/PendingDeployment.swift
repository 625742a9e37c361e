import Model

/// A deployment in the queue, as far as scheduling looks at it.
package struct PendingDeployment: Sendable {
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
  package var demand: Resources { spec.required }

  /// When it would be over at the latest; nil: nobody knows.
  func knownEnd(startedAt: Timestamp) -> Timestamp? { spec.maxDuration.map { startedAt + $0 } }
}
