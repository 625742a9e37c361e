import Model
import Services

extension Method {
  static let organizationsSetRole = changing("organizations.set_role") { call, work in
    let user: UserID = call.id("user_id")
    let role = call.string("role").flatMap(Role.init(rawValue:)) ?? .viewer
    try Organizations.setRole(of: user, to: role, by: call.caller, &work)
    return Changed(user)
  } show: { id, call, work in
    let organization = try call.caller.membership().organizationID
    return ["member": try Organizations.member(UserID(id), of: organization, work).member()]
  }
}
