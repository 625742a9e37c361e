import Services

extension Method {
  static let authRegister = Method(
    name: "auth.register", scope: nil,
    body: .hash { call, work in
      let username = call.text("username")
      let password = call.text("password")
      try Accounts.requireLength(password, pointer: "/password")
      try Accounts.requireUnused(username: username, work)
      let hasher = call.environment.hasher
      return Hashing {
        HashResult(hash: try hasher.hash(password))
      } then: { result, _, work in
        let id = try Accounts.register(username: username, passwordHash: result.hash ?? "", &work)
        return Answer(["user": work.fold.state.users[id]?.object ?? .null])
      }
    })
}
