import Model
import Services

extension Method {
  static let invitesCreate = writing("invites.create") { call, work in
    let code = Secret.inviteCode(try call.environment.random(Secret.codeBytes))
    let role = call.string("role").flatMap(Role.init(rawValue:)) ?? .member
    let invite = try Invites.create(
      code: code, role: role, maxUses: call.int("max_uses"), expiresIn: call.int("expires_in"),
      by: call.caller,
      &work)
    return Answer(["invite": invite.object(code: code)])
  }
}
