import Services

extension Method {
  static let authUseToken = Method(
    name: "auth.use_token", scope: nil,
    body: .read { call, work in
      let caller = try Sessions.caller(token: call.text("token"), work)
      return Answer(["user": caller.user.object], .bind(caller.session.id))
    })
}
