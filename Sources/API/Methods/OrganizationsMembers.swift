import Services

extension Method {
  static let organizationsMembers = reading("organizations.members") { call, work in
    let organization = try call.caller.membership().organizationID
    let state = work.fold.state
    let members = state.members[organization, default: []].sorted().compactMap { state.users[$0]?.member() }
    return ["members": .array(members)]
  }
}
