import JSON
import TestSupport
import Testing

/// Joining, leaving and being removed; invites with a number of uses and an end.
struct MembershipTests {
  @Test(arguments: ["read", "agent", "deploy"])
  func `an invite code, which makes a member of whoever knows it, is shown to full scope alone`(
    _ scope: String
  ) throws {
    try withFixture { fixture in
      let owner = try fixture.alice.call("organizations.get").at("organization", "invite_code")
      #expect(owner == .string(fixture.code))
      let made = try fixture.alice.call("tokens.create", ["name": "narrow", "scope": .string(scope)])
      let params: JSONObject = ["token": made.at("token", "text")]
      let shown = try fixture.server.connect().call("organizations.get", params)
      #expect(shown.at("organization", "invite_code") == .null)
    }
  }

  @Test func `who leaves loses access; the deployments stay, and operators may end them`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      try fixture.bob.call("organizations.leave")
      #expect(try fixture.bob.call("auth.whoami").at("user", "role") == .null)
      #expect(try fixture.bob.refusal("deployments.get", ["deployment_id": 1]).code == 1003)
      #expect(try fixture.bob.refusal("deployments.cancel", ["deployment_id": 1]).code == 1003)
      #expect(try fixture.alice.deployment(1).at("status") == "running")
      #expect(try fixture.alice.change("cancel", 1).at("user_id") == 2)
      // And may come back, as anybody.
      try fixture.bob.call("auth.join_organization", ["code": .string(fixture.code)])
      #expect(try fixture.bob.deployment(1).at("status") == "cancelled")
    }
  }

  @Test func `who is removed is out at once, on every connection`() throws {
    try withFixture { fixture in
      let other = try fixture.sandbox.serve(.stdio).connect()
      try other.logIn("bob")
      try other.call("clusters.get", ["cluster_id": 1])
      let removed = try fixture.alice.call("organizations.remove_member", ["user_id": 2])
      #expect(removed.at("member") == ["user_id": 2, "username": "bob", "role": "member"])
      for client in [fixture.bob, other] {
        #expect(try client.refusal("clusters.get", ["cluster_id": 1]).code == 1003)
      }
      #expect(try fixture.alice.refusal("organizations.remove_member", ["user_id": 2]).code == 1004)
      #expect(try fixture.alice.call("organizations.members").at("members").array?.count == 1)
    }
  }

  @Test func `an invite gives its role, so many times, and not after it is revoked or over`() throws {
    try withFixture { fixture in
      let alice = fixture.alice
      let twice = try alice.call("invites.create", ["role": "viewer", "max_uses": 2]).at("invite")
      #expect(twice.at("uses") == 0 && twice.at("code").string?.count == 26)
      for name in ["carol", "dave"] {
        let joined = try fixture.stranger(name).call("auth.join_organization", ["code": twice.at("code")])
        #expect(joined.at("role") == "viewer" && joined.at("organization", "invite_code") == .null)
      }
      let eve = try fixture.stranger("eve")
      #expect(try eve.refusal("auth.join_organization", ["code": twice.at("code")]).code == 1004)
      let revoked = try alice.call("invites.create").at("invite")
      try alice.call("invites.revoke", ["invite_id": revoked.at("id")])
      #expect(try eve.refusal("auth.join_organization", ["code": revoked.at("code")]).code == 1004)
      let short = try alice.call("invites.create", ["expires_in": 1]).at("invite")
      try eventually("the invite's end") {
        let probe = try fixture.stranger("probe-\(Int.random(in: 0..<1_000_000_000))")
        return (try? probe.call("auth.join_organization", ["code": short.at("code")])) == nil
      }
      let listed = try alice.call("invites.list_all").at("invites").array ?? []
      #expect(listed.allSatisfy { $0.at("code") == .null })
      #expect(listed.first { $0.at("id") == twice.at("id") }?.at("uses") == 2)
    }
  }

  @Test func `an operator invites members and viewers alone`() throws {
    try withFixture { fixture in
      try fixture.alice.call("organizations.set_role", ["user_id": 2, "role": "operator"])
      for role in ["viewer", "member"] { try fixture.bob.call("invites.create", ["role": .string(role)]) }
      for role in ["operator", "owner"] {
        #expect(try fixture.bob.refusal("invites.create", ["role": .string(role)]).code == 1003)
        try fixture.alice.call("invites.create", ["role": .string(role)])
      }
    }
  }

  @Test func `a rotated code is the only one, and is shown to operators and owners alone`() throws {
    try withFixture { fixture in
      let rotated = try fixture.alice.call("organizations.update", ["rotate_invite_code": true])
      let code = rotated.at("organization", "invite_code")
      #expect(code != .string(fixture.code) && code.string?.count == 26)
      let carol = try fixture.stranger("carol")
      #expect(try carol.refusal("auth.join_organization", ["code": .string(fixture.code)]).code == 1004)
      try carol.call("auth.join_organization", ["code": code])
      #expect(try carol.call("organizations.get").at("organization", "invite_code") == .null)
      try fixture.alice.call("organizations.set_role", ["user_id": 3, "role": "operator"])
      #expect(try carol.call("organizations.get").at("organization", "invite_code") == code)
    }
  }
}
