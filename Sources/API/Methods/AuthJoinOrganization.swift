import Model
import Services

extension Method {
  static let authJoinOrganization = changing("auth.join_organization") { call, work in
    Changed(try Organizations.join(code: call.text("code"), by: call.caller, &work).organizationID)
  } show: { id, call, work in
    guard let role = work.fold.state.users[call.caller.user.id]?.membership?.role,
      let organization = work.fold.state.organizations[Identifier(id)]
    else { throw ServiceError.unknown("organization", OrganizationID(id)) }
    return ["organization": organization.object(for: role), "role": .string(role.rawValue)]
  }
  .guessing { "code by \($0.caller.user.username)" }
}
