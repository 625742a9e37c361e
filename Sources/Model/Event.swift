import JSON

/// Everything that can happen. State is the fold of these and nothing else.
///
/// Each carries what its tables need to be folded alone, and the organization or user that may see it.
package enum Event: JournaledEvent {
  case userRegistered(User)
  case userChanged(UserID, UserChange)
  case sessionCreated(Session)
  case sessionRevoked(SessionID, UserID)
  case organizationCreated(Organization)
  case organizationCodeRotated(OrganizationID, inviteCode: String)
  case organizationLimitsSet(OrganizationID, Limits)
  case inviteCreated(Invite)
  case inviteChanged(InviteID, OrganizationID, InviteChange)
  case clusterCreated(Cluster)
  case clusterChanged(ClusterScope, ClusterChange)
  case nodeAdded(Node)
  case nodeUpdated(Node)
  case nodeRemoved(NodeID, ClusterScope)
  /// Its agent was heard: for the first time, or after it was lost.
  case nodeHeard(NodeID, ClusterScope)
  /// Its agent was not heard for the length of its lease.
  case nodeLost(NodeID, ClusterScope)
  case deploymentCreated(Deployment)
  case deploymentChanged(DeploymentScope, DeploymentChange)
  case requestAnswered(KeyedRequest)
}

package enum UserChange: Hashable, Sendable {
  case passwordSet(hash: String)
  case joined(OrganizationID, Role)
  case roleSet(OrganizationID, Role)
  case left(OrganizationID)
}

package enum InviteChange: Hashable, Sendable {
  case used(by: UserID)
  case revoked
}

package enum ClusterChange: Equatable, Sendable {
  case updated(name: String, strategy: JSONValue, paused: Bool)
  case deleted
}

package enum DeploymentChange: Hashable, Sendable {
  /// A place is kept for it while it is being cleared.
  case nominated(NominatedPlacement)
  /// That place is its own no more.
  case nominationWithdrawn
  case started(Attempt)
  /// Its agent says that the program runs, and what a person should know of how.
  case ran(note: String?)
  /// Its agent is told to stop it.
  case stopping(StopOrder.Cause)
  /// It is the first in line and cannot start.
  case blocked
  /// Back to the queue, to make room for `by`.
  case preempted(by: DeploymentID)
  /// Back to the queue after a failure, with a retry less.
  case retried(exitCode: Int?, message: String?)
  /// Back to the queue after its node was lost.
  case lost(message: String)
  case finished(Outcome)
  case reprioritized(priority: Int)
  /// The next attempt goes on from `reference`.
  case checkpointed(reference: String)
}

/// A cluster and who may see what happens in it.
package struct ClusterScope: Hashable, Sendable {
  package let clusterID: ClusterID
  package let organizationID: OrganizationID

  package init(_ cluster: Cluster) {
    clusterID = cluster.id
    organizationID = cluster.organizationID
  }

  init(_ fields: Fields) throws {
    clusterID = try fields.id("cluster_id")
    organizationID = try fields.id("organization_id")
  }

  func append(to data: inout JSONObject) {
    data.append("cluster_id", clusterID)
    data.append("organization_id", organizationID)
  }
}

/// A deployment, its cluster and who may see what happens to it.
package struct DeploymentScope: Hashable, Sendable {
  package let deploymentID: DeploymentID
  package let clusterID: ClusterID
  package let organizationID: OrganizationID
  package let userID: UserID

  package init(_ deployment: Deployment) {
    deploymentID = deployment.id
    clusterID = deployment.clusterID
    organizationID = deployment.organizationID
    userID = deployment.userID
  }

  init(_ fields: Fields) throws {
    deploymentID = try fields.id("deployment_id")
    clusterID = try fields.id("cluster_id")
    organizationID = try fields.id("organization_id")
    userID = try fields.id("user_id")
  }

  func append(to data: inout JSONObject) {
    data.append("deployment_id", deploymentID)
    data.append("cluster_id", clusterID)
    data.append("organization_id", organizationID)
    data.append("user_id", userID)
  }
}
