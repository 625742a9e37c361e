import JSON
import POSIX
import TestSupport
import Testing

/// Passwords, tokens, and whose a connection is.
struct AccountTests {
  @Test func `a changed password ends every token, here and in other processes`() throws {
    try withFixture { fixture in
      let beside = try fixture.sandbox.serve(.stdio).connect()
      try beside.logIn("bob")
      let made = try fixture.bob.call("tokens.create", ["name": "t", "scope": "full"]).at("token", "text")
      let change: JSONObject = [
        "old_password": .string(CheckedClient.password(of: "bob")), "new_password": "another password",
      ]
      try fixture.bob.call("auth.change_password", change)
      #expect(try fixture.bob.refusal("auth.whoami").code == 1001)
      #expect(try beside.refusal("auth.whoami").code == 1001)
      #expect(try fixture.alice.refusal("auth.whoami", ["token": made]).code == 1001)
      let old: JSONObject = ["username": "bob", "password": .string(CheckedClient.password(of: "bob"))]
      #expect(try fixture.bob.refusal("auth.login", old).code == 1001)
      try beside.call("auth.login", ["username": "bob", "password": "another password"])
      #expect(try beside.call("tokens.list_all").at("tokens").array?.count == 1)
      #expect(try beside.refusal("auth.change_password", change).code == 1001)
    }
  }

  @Test func `a logout revokes a login and only unbinds a created token`() throws {
    try withFixture { fixture in
      let client = try fixture.server.connect()
      let login = JSONValue.string(try client.logIn("bob"))
      try client.call("auth.logout")
      #expect(try client.refusal("auth.whoami").code == 1001)
      #expect(try client.refusal("auth.whoami", ["token": login]).code == 1001)
      let made = try fixture.bob.call("tokens.create", ["name": "t", "scope": "read"]).at("token", "text")
      try client.call("auth.use_token", ["token": made])
      try client.call("auth.logout")
      #expect(try client.refusal("auth.whoami").code == 1001)
      #expect(try client.call("auth.whoami", ["token": made]).at("user", "username") == "bob")
    }
  }

  @Test func `a login at a higher cost makes the hash anew, one at a lower never`() throws {
    try withSandbox { sandbox in
      func client(_ cost: Int) throws -> CheckedClient {
        var settings = ServerProcess.Settings(.stdio)
        settings.passwordCost = cost
        return try sandbox.serve(settings).connect()
      }
      func hashes() throws -> Int {
        let journal = try #require(try FileDescriptor.contents(of: sandbox.data + "/journal.jsonl"))
        return String(decoding: journal, as: UTF8.self).ranges(of: "\"$y$").count
      }
      try client(2).signUp("alice")
      #expect(try hashes() == 1)
      try client(1).logIn("alice")
      #expect(try hashes() == 1)
      try client(3).logIn("alice")
      #expect(try hashes() == 2)
    }
  }

  @Test func `a request's own token goes before the connection's`() throws {
    try withFixture { fixture in
      let bobs = try fixture.bob.call("tokens.create", ["name": "t", "scope": "read"]).at("token", "text")
      #expect(try fixture.alice.call("auth.whoami", ["token": bobs]).at("user", "username") == "bob")
      #expect(try fixture.alice.call("auth.whoami").at("user", "username") == "alice")
    }
  }

  @Test func `a token is a login's with a name of none, and its text is shown once`() throws {
    try withFixture { fixture in
      let made = try fixture.bob.call("tokens.create", ["name": "t", "scope": "deploy", "expires_in": 60])
      let text = try #require(made.at("token", "text").string)
      #expect(text.hasPrefix("berth_") && text.utf8.count >= 6 + 43)
      let listed = try fixture.bob.call("tokens.list_all").at("tokens").array ?? []
      #expect(listed.map { $0.at("name") } == [.null, "t"])
      #expect(listed.allSatisfy { $0.at("text") == .null })
    }
  }

  @Test func `BERTH_TOKEN speaks for a stdio connection until that logs out`() throws {
    try withFixture { fixture in
      let made = try fixture.bob.call("tokens.create", ["name": "editor", "scope": "deploy"]).at(
        "token", "text")
      var settings = ServerProcess.Settings(.stdio)
      settings.environment["BERTH_TOKEN"] = made.string
      let editor = try fixture.sandbox.serve(settings).connect()
      #expect(try editor.call("auth.whoami").at("user", "username") == "bob")
      #expect(try editor.deploy().at("user_id") == 2)
      try editor.call("auth.logout")
      #expect(try editor.refusal("auth.whoami").code == 1001)
      try editor.logIn("alice")
      #expect(try editor.call("auth.whoami").at("user", "username") == "alice")
      // A daemon's connections are nobody's, whatever its environment holds.
      settings.way = .socket
      let daemon = try fixture.sandbox.serve(settings, data: fixture.sandbox.path + "/other")
      #expect(try daemon.connect().refusal("auth.whoami").code == 1001)
    }
  }

  @Test func `a password has 8 to 1,024 bytes, of whatever script`() throws {
    try withFixture { fixture in
      let client = try fixture.server.connect()
      for (name, password) in [("a", "ёжик"), ("b", "🔑🔒"), ("c", String(repeating: "x", count: 1024))] {
        let account: JSONObject = ["username": .string(name), "password": .string(password)]
        try client.call("auth.register", account)
        try client.call("auth.login", account)
      }
      for password in ["1234567", "ёжи", String(repeating: "ё", count: 513)] {
        let account: JSONObject = ["username": "d", "password": .string(password)]
        let refused = try client.refusal("auth.register", account, isValid: false)
        #expect(refused.code == -32602 && refused.data["errors"]?.array?.first?.at("pointer") == "/password")
      }
    }
  }
}
