import Model

/// The user who is asking, and how far the token they ask with reaches.
package struct Caller: Sendable {
  package let user: User
  package let session: Session

  /// The organization of the caller, when its role there is at least `role`.
  package func membership(atLeast role: Role = .viewer) throws(ServiceError) -> Membership {
    guard let membership = user.membership else {
      throw .forbidden("You are in no organization: join one with auth.join_organization or create one.")
    }
    guard membership.role >= role else {
      throw .forbidden(
        "This needs the role \(role.rawValue) or higher; yours is \(membership.role.rawValue).")
    }
    return membership
  }

  package func mayEnd(_ deployment: Deployment) -> Bool {
    guard let membership = user.membership, membership.organizationID == deployment.organizationID else {
      return false
    }
    return membership.role >= .operator || (membership.role >= .member && deployment.userID == user.id)
  }
}
