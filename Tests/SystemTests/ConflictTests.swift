import JSON
import TestSupport
import Testing

/// 1009 in each of its kinds, with what tells them apart; and 1010, 1029.
struct ConflictTests {
  @Test func `a name that is taken`() throws {
    try withFixture { fixture in
      let alice = fixture.alice
      let user = try alice.refusal("auth.register", ["username": "bob", "password": "long enough"])
      #expect(user.code == 1009 && user.data["username"] == "bob")
      let eve = try fixture.stranger("eve")
      let organization = try eve.refusal("organizations.create", ["name": "acme"])
      #expect(organization.code == 1009 && organization.data["name"] == "acme")
      let totals: JSONObject = ["name": "lab", "total_cpu": 1, "total_ram": 1, "total_gpu": 0]
      #expect(try alice.refusal("clusters.create", totals).data["name"] == "lab")
      try alice.createCluster("other")
      let renamed = try alice.refusal("clusters.update", ["cluster_id": 2, "name": "lab"])
      #expect(renamed.code == 1009 && renamed.data["name"] == "lab")
      try alice.call("clusters.update", ["cluster_id": 2, "name": "other"])
      let node: JSONObject = ["cluster_id": 1, "name": "default", "cpu": 1, "ram": 1, "gpu": 0]
      #expect(try alice.refusal("nodes.add", node).data["name"] == "default")
      // Names are each organization's own.
      try eve.createOrganization("evil")
      try eve.createCluster("lab")
    }
  }

  @Test func `who is a member already neither joins nor creates`() throws {
    try withFixture { fixture in
      let joined = try fixture.bob.refusal("auth.join_organization", ["code": .string(fixture.code)])
      #expect(joined.code == 1009 && joined.data["organization_id"] == 1)
      let created = try fixture.bob.refusal("organizations.create", ["name": "second"])
      #expect(created.code == 1009 && created.data["organization_id"] == 1)
    }
  }

  @Test func `a status that does not allow it is told`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy("holder", gpu: 1)
      let waiting: JSONObject = ["deployment_id": try bob.deploy("waiting", gpu: 1).at("id")]
      for method in ["deployments.complete", "deployments.fail"] {
        let refused = try bob.refusal(method, waiting)
        #expect(refused.code == 1009 && refused.data["status"] == "pending")
      }
      try bob.change("cancel", 2)
      try bob.change("complete", 1)
      for method in ["complete", "fail", "cancel", "update"] {
        let completed = try bob.refusal("deployments.\(method)", ["deployment_id": 1])
        #expect(completed.code == 1009 && completed.data["status"] == "completed")
        let cancelled = try bob.refusal("deployments.\(method)", waiting)
        #expect(cancelled.code == 1009 && cancelled.data["status"] == "cancelled")
      }
    }
  }

  @Test func `a report of an attempt that is over is refused with the current one`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy("job", ["retries": 1])
      #expect(try bob.change("fail", 1, ["attempt": 1]).at("attempt") == 2)
      for method in ["deployments.complete", "deployments.fail"] {
        for attempt in [1, 3] {
          let refused = try bob.refusal(method, ["deployment_id": 1, "attempt": .int(attempt)])
          #expect(refused.code == 1009 && refused.data["attempt"] == 2 && refused.data["status"] == "running")
        }
      }
      #expect(try bob.change("complete", 1, ["attempt": 2]).at("status") == "completed")
    }
  }

  @Test func `an organization keeps an owner`() throws {
    try withFixture { fixture in
      let alice = fixture.alice
      #expect(try alice.refusal("organizations.leave").code == 1009)
      let demotion: JSONObject = ["user_id": 1, "role": "member"]
      #expect(try alice.refusal("organizations.set_role", demotion).code == 1009)
      #expect(try alice.refusal("organizations.remove_member", ["user_id": 1]).code == 1009)
      try alice.call("organizations.set_role", ["user_id": 2, "role": "owner"])
      try alice.call("organizations.leave")
      // The last one takes nobody's owner away.
      try fixture.bob.call("organizations.leave")
    }
  }

  @Test func `1010: the thousand-and-first token, with the limit`() throws {
    try withFixture { fixture in
      let token: JSONObject = ["name": "many", "scope": "read"]
      let answers = try fixture.alice.batch(Array(repeating: ("tokens.create", token), count: 999))
      #expect(answers.allSatisfy { (try? $0.get()) != nil })
      let refused = try fixture.alice.refusal("tokens.create", token)
      #expect(refused.code == 1010 && refused.data["limit"] == 1000)
      let tokens = try fixture.alice.call("tokens.list_all").at("tokens").array ?? []
      #expect(tokens.count == 1000)
      // What is revoked makes room.
      try fixture.alice.call("tokens.revoke", ["token_id": tokens.last?.at("id") ?? 0])
      try fixture.alice.call("tokens.create", token)
    }
  }

  @Test func `1029: guessing a password or a code has to wait, for that name alone`() throws {
    try withFixture { fixture in
      let stranger = try fixture.server.connect()
      let wrong: JSONObject = ["username": "alice", "password": "a wrong one"]
      for _ in 0..<10 { #expect(try stranger.refusal("auth.login", wrong).code == 1001) }
      let slowed = try stranger.refusal("auth.login", wrong)
      #expect(slowed.code == 1029 && (1...60).contains(slowed.data["retry_after"]?.int ?? 0))
      // The right one waits too, or the answer would tell.
      #expect(try stranger.refusal("auth.login", ["username": "alice", "password": "right?"]).code == 1029)
      try stranger.logIn("bob")

      let eve = try fixture.stranger("eve")
      for _ in 0..<10 {
        #expect(try eve.refusal("auth.join_organization", ["code": "a-wrong-code"]).code == 1004)
      }
      let guesser = try eve.refusal("auth.join_organization", ["code": .string(fixture.code)])
      #expect(guesser.code == 1029 && guesser.data["retry_after"]?.int != nil)
    }
  }
}
