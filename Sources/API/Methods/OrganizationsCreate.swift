import Model
import Services

extension Method {
  static let organizationsCreate = changing("organizations.create") { call, work in
    let code = try call.string("invite_code") ?? Secret.inviteCode(call.environment.random(Secret.codeBytes))
    return Changed(
      try Organizations.create(name: call.text("name"), inviteCode: code, by: call.caller, &work))
  } show: { id, call, work in
    try Organizations.shown(OrganizationID(id), to: call.caller, work)
  }
}
