import JSON
import Services

extension Method {
  static let authLogin = Method(
    name: "auth.login", scope: nil,
    body: .hash { call, work in
      let username = call.text("username")
      let password = call.text("password")
      let known = Accounts.user(named: username, work)?.passwordHash
      let hasher = call.environment.hasher
      return Hashing {
        var result = HashResult(isVerified: try hasher.verify(password, against: known))
        if result.isVerified, let known, try hasher.isOutdated(known) {
          result.hash = try hasher.hash(password)
        }
        return result
      } then: { result, call, work in
        guard result.isVerified, let user = Accounts.user(named: username, work), user.passwordHash == known
        else {
          throw ServiceError.unauthenticated("Wrong username or password.")
        }
        if let hash = result.hash { try Accounts.rehash(user.id, to: hash, &work) }
        let token = Secret.token(try call.environment.random(Secret.tokenBytes))
        let session = try Sessions.logIn(user.id, token: token, &work)
        let result: JSONObject = [
          "access_token": .string(token),
          "token_type": "bearer",
          "expires_in": .int(Sessions.loginSeconds),
          "user": user.object,
        ]
        return Answer(result, .bind(session.id))
      }
    },
    guessed: { "password of \($0.text("username"))" })
}
