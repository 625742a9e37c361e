import Services

extension Method {
  static let invitesRevoke = writing("invites.revoke") { call, work in
    let invite = try Invites.revoke(call.id("invite_id"), by: call.caller, &work)
    return Answer(["invite": invite.object()])
  }
}
