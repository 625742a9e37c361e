import Services

extension Method {
  static let organizationsGet = reading("organizations.get") { call, work in
    try Organizations.shown(call.caller.membership().organizationID, to: call.caller, work)
  }
}
