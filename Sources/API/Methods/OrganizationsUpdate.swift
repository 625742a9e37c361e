import Model
import Services

extension Method {
  static let organizationsUpdate = changing("organizations.update") { call, work in
    let organization = try call.caller.membership(atLeast: .owner).organizationID
    if let limits = call.params["limits"]?.object {
      try Organizations.setLimits(by: call.caller, &work) { $0.take(limits) }
    }
    guard call.bool("rotate_invite_code") == true else { return Changed(organization) }
    let code = Secret.inviteCode(try call.environment.random(Secret.codeBytes))
    return Changed(try Organizations.rotateCode(to: code, by: call.caller, &work))
  } show: { id, call, work in
    try Organizations.shown(OrganizationID(id), to: call.caller, work)
  }
}
