import Model

/// Codes beside an organization's own: with a role, a number of uses and an end.
package enum Invites {
  private static let limit = 1000

  /// `code` is random and shown once; only its hash is kept.
  package static func create(
    code: String, role: Role, maxUses: Int?, expiresIn: Int?, by caller: Caller, _ work: inout Work
  ) throws -> Invite {
    let membership = try caller.membership(atLeast: .operator)
    guard role <= .member || membership.role == .owner else {
      throw ServiceError.forbidden("An operator invites members and viewers; an owner invites any role.")
    }
    let state = work.fold.state
    guard state.organizationInvites[membership.organizationID, default: []].count < limit else {
      throw ServiceError.quotaExceeded(
        "The organization has \(limit) invites, the most it may: revoke some first.", ["limit": .int(limit)])
    }
    let now = work.now
    let invite = Invite(
      id: InviteID(state.invites.nextID), organizationID: membership.organizationID, role: role,
      codeHash: Secret.hash(code), maxUses: maxUses, createdBy: caller.user.id, createdAt: now,
      expiresAt: expiresIn.map { now + Double($0) })
    try work.record(.inviteCreated(invite))
    return invite
  }

  package static func all(of organization: OrganizationID, _ work: borrowing Work) -> [Invite] {
    let state = work.fold.state
    return state.organizationInvites[organization, default: []].sorted().compactMap { state.invites[$0] }
  }

  package static func revoke(_ id: InviteID, by caller: Caller, _ work: inout Work) throws -> Invite {
    let membership = try caller.membership(atLeast: .operator)
    guard let invite = work.fold.state.invites[id], invite.organizationID == membership.organizationID else {
      throw ServiceError.unknown("invite", id)
    }
    try work.record(.inviteChanged(id, invite.organizationID, .revoked))
    return invite
  }
}
