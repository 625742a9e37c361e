import Model
import Services

extension Method {
  static let authJoinOrganization = changing("auth.join_organization") { call, work in
    Changed(try Organizations.join(code: call.text("code"), by: call.caller, &work).organizationID)
  } show: { id, call, work in
    var result = try Organizations.shown(OrganizationID(id), to: call.caller, work)
    let role = work.fold.state.users[call.caller.user.id]?.membership?.role
    result.append("role", .optional(role?.rawValue))
    return result
  }
  .guessing { "code by \($0.caller.user.username)" }
}
