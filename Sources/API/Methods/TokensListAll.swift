import Services

extension Method {
  static let tokensListAll = reading("tokens.list_all") { call, work in
    ["tokens": .array(Sessions.all(of: call.caller.user.id, work).map { $0.object() })]
  }
}
