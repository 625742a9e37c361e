import Model
import Services

extension Method {
  static let organizationsRemoveMember = changing("organizations.remove_member") { call, work in
    let user = try Organizations.remove(call.id("user_id"), by: call.caller, &work)
    return Changed(user.id, result: ["member": user.member()])
  } show: { id, _, _ in
    throw ServiceError.unknown("member", UserID(id))
  }
}
