import Services

extension Method {
  static let tokensRevoke = writing("tokens.revoke") { call, work in
    let session = try Sessions.revoke(call.id("token_id"), by: call.caller, &work)
    return Answer(["token": session.object()])
  }
}
