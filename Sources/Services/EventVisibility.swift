import JSON
import Model

extension Event {
  /// Who may see it: members of the organization, and the user.
  private var audience: (organization: OrganizationID?, user: UserID?) {
    switch self {
    case .userRegistered(let user): (nil, user.id)
    case .userChanged(let user, .passwordSet): (nil, user)
    case .userChanged(let user, .joined(let organization, _)),
      .userChanged(let user, .roleSet(let organization, _)), .userChanged(let user, .left(let organization)):
      (organization, user)
    case .sessionCreated(let session): (nil, session.userID)
    case .sessionRevoked(_, let user): (nil, user)
    case .requestAnswered(let request): (nil, request.userID)
    case .organizationCreated(let organization): (organization.id, nil)
    case .organizationCodeRotated(let organization, _), .organizationLimitsSet(let organization, _):
      (organization, nil)
    case .inviteCreated(let invite): (invite.organizationID, nil)
    case .inviteChanged(_, let organization, _): (organization, nil)
    case .clusterCreated(let cluster): (cluster.organizationID, nil)
    case .clusterChanged(let scope, _), .nodeRemoved(_, let scope), .nodeHeard(_, let scope),
      .nodeLost(_, let scope):
      (scope.organizationID, nil)
    case .nodeAdded(let node), .nodeUpdated(let node): (node.organizationID, nil)
    case .deploymentCreated(let deployment): (deployment.organizationID, deployment.userID)
    case .deploymentChanged(let scope, _): (scope.organizationID, scope.userID)
    }
  }

  package func isVisible(to user: User) -> Bool {
    let audience = audience
    if audience.user == user.id { return true }
    guard let organization = audience.organization else { return false }
    return organization == user.membership?.organizationID
  }

  package var deploymentID: DeploymentID? {
    switch self {
    case .deploymentCreated(let deployment): deployment.id
    case .deploymentChanged(let scope, _): scope.deploymentID
    case .userRegistered, .userChanged, .sessionCreated, .sessionRevoked, .organizationCreated,
      .organizationCodeRotated, .organizationLimitsSet, .inviteCreated, .inviteChanged, .clusterCreated,
      .clusterChanged, .nodeAdded,
      .nodeUpdated, .nodeRemoved, .nodeHeard, .nodeLost, .requestAnswered:
      nil
    }
  }

  /// The data without what lets somebody in, and with a row's `id` under its noun, as changes name it.
  package var publicData: JSONObject {
    let noun = type.prefix { $0 != "." }
    return JSONObject(
      members: data.members.compactMap { member in
        switch member.key {
        case "password_hash", "token_hash", "code_hash", "invite_code", "params_hash": nil
        case "id": JSONObject.Member("\(noun)_id", member.value)
        default: member
        }
      })
  }
}
