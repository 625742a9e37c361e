import Services

extension Method {
  static let invitesListAll = reading("invites.list_all") { call, work in
    let organization = try call.caller.membership(atLeast: .operator).organizationID
    return ["invites": .array(Invites.all(of: organization, work).map { $0.object() })]
  }
}
