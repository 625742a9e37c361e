import Model
import Services

extension Method {
  static let tokensCreate = writing("tokens.create") { call, work in
    let scope = call.string("scope").flatMap(Scope.init(rawValue:)) ?? .read
    let token = Secret.token(try call.environment.random(Secret.tokenBytes))
    let session = try Sessions.create(
      name: call.text("name"), scope: scope, token: token, expiresIn: call.int("expires_in"), by: call.caller,
      &work)
    return Answer(["token": session.object(text: token)])
  }
}
