import Services

extension Method {
  static let authChangePassword = Method(
    name: "auth.change_password", scope: .full,
    body: .hash { call, _ in
      let user = call.caller.user
      let old = call.text("old_password")
      let new = call.text("new_password")
      try Accounts.requireLength(new, pointer: "/new_password")
      let hasher = call.environment.hasher
      return Hashing {
        guard try hasher.verify(old, against: user.passwordHash) else { return HashResult() }
        return HashResult(isVerified: true, hash: try hasher.hash(new))
      } then: { result, _, work in
        guard result.isVerified, let hash = result.hash,
          work.fold.state.users[user.id]?.passwordHash == user.passwordHash
        else {
          throw ServiceError.unauthenticated("The old password is wrong.")
        }
        try Accounts.changePassword(of: user.id, to: hash, &work)
        return Answer(["user": work.fold.state.users[user.id]?.object ?? .null], .unbind)
      }
    },
    guessed: { "password of \($0.caller.user.username)" })
}
