import Services

extension Method {
  static let authWhoami = reading("auth.whoami") { call, _ in ["user": call.caller.user.object] }
}
