import JSON
import TestSupport
import Testing

/// Every code of protocol.md's table, provoked, with its kind and its data.
struct ErrorCodeTests {
  @Test func `1001: a wrong name and a wrong password are one answer`() throws {
    try withFixture { fixture in
      let alice = fixture.alice
      let wrongPassword = try alice.refusal("auth.login", ["username": "alice", "password": "not hers"])
      let wrongName = try alice.refusal("auth.login", ["username": "nobody", "password": "not hers"])
      #expect(wrongPassword.code == 1001 && wrongPassword.message == wrongName.message)
      #expect(wrongPassword.data == wrongName.data)
    }
  }

  @Test func `1001: a token that is missing, unknown, expired or revoked`() throws {
    try withFixture { fixture in
      let (alice, server) = (fixture.alice, fixture.server)
      let stranger = try server.connect()
      #expect(try stranger.refusal("auth.whoami").code == 1001)
      #expect(try stranger.refusal("auth.use_token", ["token": "berth_unknown"]).code == 1001)
      let short = try alice.call("tokens.create", ["name": "short", "scope": "read", "expires_in": 1])
      let expiring: JSONObject = ["token": short.at("token", "text")]
      try stranger.call("auth.whoami", expiring)
      try eventually("the token's end") {
        (try? stranger.call("auth.whoami", expiring)) == nil
      }
      #expect(try stranger.refusal("auth.whoami", expiring).code == 1001)
      let revoked = try alice.call("tokens.create", ["name": "gone", "scope": "read"])
      try stranger.call("auth.use_token", ["token": revoked.at("token", "text")])
      try alice.call("tokens.revoke", ["token_id": revoked.at("token", "id")])
      #expect(try stranger.refusal("auth.whoami").code == 1001)
    }
  }

  @Test func `1003: a role or a scope that is too low is named with what is needed`() throws {
    try withFixture { fixture in
      let (alice, bob) = (fixture.alice, fixture.bob)
      let role = try bob.refusal("clusters.update", ["cluster_id": 1, "paused": true])
      #expect(role.code == 1003 && role.message.contains("operator") && role.message.contains("member"))
      let token = try alice.call("tokens.create", ["name": "eyes", "scope": "read"]).at("token", "text")
      let scope = try alice.refusal("deployments.create", CheckedClient.request().adding("token", token))
      #expect(scope.code == 1003 && scope.message.contains("read") && scope.message.contains("deploy"))
      #expect(try alice.cluster().at("paused") == false)
    }
  }

  @Test func `1004: another organization's things are no more there than unknown ones`() throws {
    try withFixture { fixture in
      let alice = fixture.alice
      let eve = try fixture.stranger("eve")
      try eve.createOrganization("evil")
      let deployment = try alice.deploy().at("id")
      let calls: [(String, JSONObject)] = [
        ("clusters.get", ["cluster_id": 1]), ("clusters.update", ["cluster_id": 1]),
        ("clusters.delete", ["cluster_id": 1]), ("nodes.update", ["node_id": 1]),
        ("nodes.remove", ["node_id": 1]),
        ("nodes.add", ["cluster_id": 1, "name": "n", "cpu": 1, "ram": 1, "gpu": 0]),
        ("deployments.get", ["deployment_id": deployment]),
        ("deployments.cancel", ["deployment_id": deployment]),
        ("deployments.update", ["deployment_id": deployment]),
        ("deployments.complete", ["deployment_id": deployment]),
        ("deployments.fail", ["deployment_id": deployment]), ("deployments.create", CheckedClient.request()),
        ("deployments.list_all", ["cluster_id": 1]),
        ("organizations.set_role", ["user_id": 1, "role": "viewer"]),
        ("organizations.remove_member", ["user_id": 1]), ("tokens.revoke", ["token_id": 1]),
        (
          "clusters.create",
          ["name": "x", "total_cpu": 1, "total_ram": 1, "total_gpu": 0, "organization_id": 1]
        ),
      ]
      for (method, params) in calls {
        let foreign = try eve.refusal(method, params)
        #expect(foreign.code == 1004, "\(method): \(foreign)")
        guard let key = params.keys.first(where: { $0.hasSuffix("_id") }) else { continue }
        let unknown = JSONObject(
          members: params.members.map { $0.key == key ? .init(key, 4_000_000_000) : $0 })
        let missing = try eve.refusal(method, unknown)
        let known = params[key]?.text ?? ""
        #expect(
          missing.message.replacing("4000000000", with: known) == foreign.message
            && missing.data == foreign.data, "\(method): \(missing), \(foreign)")
      }
      #expect(try eve.allDeployments() == [])
    }
  }

  @Test func `1004: an unknown code, and events older than those kept with the oldest`() throws {
    try withSandbox { sandbox in
      let server = try sandbox.serve(.init(.socket, snapshotAfter: 2000))
      let alice = try server.connect()
      try alice.signUp("alice")
      #expect(try alice.refusal("auth.join_organization", ["code": "no-such-code"]).code == 1004)
      try alice.createOrganization("acme")
      try alice.createCluster()
      try Snapshots.force(by: alice, in: sandbox, count: 3)
      try CommandRun.prune(sandbox)
      var oldest = 0
      try eventually("the old journals' end") {
        do {
          try alice.call("events.list_all", ["after": 0])
          try alice.deploy()
          return false
        } catch let refused as Refused {
          #expect(refused.code == 1004 && refused.kind == "not_found")
          oldest = refused.data["oldest"]?.int ?? 0
          return true
        }
      }
      #expect(oldest > 1)
      #expect(
        try alice.refusal("events.subscribe", ["after": .int(oldest - 2)]).data["oldest"]?.int == oldest)
      try alice.deploy()
      let kept = try alice.call("events.list_all", ["after": .int(oldest - 1), "limit": 1])
      #expect(kept.at("last_seq").int ?? 0 >= oldest)
    }
  }

  @Test func `1012: what fits no node even empty is refused at once, and leaves no row`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      for more: JSONObject in [
        ["required_cpu": 8.001], ["required_ram": 16.5], ["required_gpu": 1.001], ["required_gpu": 2],
      ] {
        let refused = try bob.refusal("deployments.create", CheckedClient.request(more))
        #expect(refused.code == 1012 && refused.message.contains("largest node"), "\(refused)")
      }
      #expect(try bob.allDeployments() == [])
      #expect(try bob.deploy().at("id") == 1)
    }
  }
}
