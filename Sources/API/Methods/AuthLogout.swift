import Services

extension Method {
  static let authLogout = writing("auth.logout", scope: .read) { call, work in
    let session = call.caller.session
    // A created token is shared by name; only its owner revokes it, with tokens.revoke.
    if session.name == nil { _ = try Sessions.revoke(session.id, by: call.caller, &work) }
    return Answer(["user": call.caller.user.object], .unbind)
  }
}
