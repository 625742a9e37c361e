import JSON
import TestSupport
import Testing

/// The limits that an organization sets to one user.
struct LimitTests {
  private func set(_ limits: JSONObject, _ fixture: Fixture) throws -> JSONValue {
    try fixture.alice.call("organizations.update", ["limits": .object(limits)]).at("organization", "limits")
  }

  @Test func `limits are set one by one, kept, and taken away with null`() throws {
    try withFixture { fixture in
      #expect(try set(["user_gpu": 1.5, "member_priority": 60], fixture).at("user_gpu") == 1.5)
      let more = try set(["user_cpu": 4], fixture)
      #expect(more.at("user_gpu") == 1.5 && more.at("user_cpu") == 4 && more.at("user_ram") == .null)
      #expect(try set(["user_gpu": nil], fixture).at("user_gpu") == .null)
      let shown = try fixture.bob.call("organizations.get").at("organization", "limits")
      #expect(shown.at("member_priority") == 60 && shown.at("user_gpu") == .null)
      let refused = try fixture.bob.refusal("organizations.update", ["limits": ["user_gpu": nil]])
      #expect(refused.code == 1003)
    }
  }

  @Test func `1010: beyond a user's pending count, and only while so many wait`() throws {
    try withFixture { fixture in
      _ = try set(["user_pending": 2], fixture)
      let bob = fixture.bob
      for _ in 1...3 { try bob.deploy(["required_cpu": 8]) }
      let refused = try bob.refusal("deployments.create", CheckedClient.request())
      #expect(refused.code == 1010 && refused.data["limit"] == "user_pending" && refused.data["pending"] == 2)
      #expect(try bob.refusal("deployments.plan", CheckedClient.request()).code == 1010)
      try fixture.alice.deploy(["required_cpu": 8])
      try bob.change("cancel", 2)
      try bob.deploy(["required_cpu": 8])
    }
  }

  @Test func `1010: members ask for priorities up to the ceiling, operators for any`() throws {
    try withFixture { fixture in
      _ = try set(["member_priority": 40], fixture)
      let refused = try fixture.bob.refusal("deployments.create", CheckedClient.request(["priority": 41]))
      #expect(refused.code == 1010 && refused.data["allowed"] == 40 && refused.data["asked"] == 41)
      #expect(try fixture.bob.deploy().at("priority") == 40, "the usual priority is above the ceiling")
      #expect(
        try fixture.bob.refusal("deployments.update", ["deployment_id": 1, "priority": 50]).code == 1010)
      try fixture.bob.change("update", 1, ["priority": 10])
      #expect(try fixture.alice.deploy(["priority": 90]).at("priority") == 90)
      #expect(try fixture.alice.deploy().at("priority") == 50)
    }
  }

  @Test func `1010: what is above a running limit by itself is refused and not queued for ever`() throws {
    try withFixture { fixture in
      _ = try set(["user_gpu": 0.5, "user_cpu": 4], fixture)
      let refused = try fixture.bob.refusal("deployments.create", CheckedClient.request("job", gpu: 1))
      #expect(refused.code == 1010 && refused.data["limit"] == "user_gpu" && refused.data["allowed"] == 0.5)
      #expect(refused.message.contains("raise the limit"))
      #expect(try fixture.bob.deploy(gpu: 0.5).at("status") == "running")
    }
  }

  @Test func `beyond a running limit a deployment waits whatever room there is, in any cluster, and says so`()
    throws
  {
    try withFixture { fixture in
      _ = try set(["user_gpu": 1], fixture)
      try fixture.alice.createCluster("farm")
      let bob = fixture.bob
      try bob.deploy(gpu: 0.5)
      try bob.deploy(gpu: 0.5)
      let waits = try bob.deploy("third", cluster: 2, gpu: 0.5)
      #expect(waits.at("status") == "pending" && waits.at("reason", "code") == "quota")
      #expect(
        waits.at("reason", "message")
          == """
          Needs 0.5 GPU, and bob has 1 GPU running of the 1 that the organization lets a user have (user_gpu): wait for \
          one of bob's to end, or ask an owner to raise the limit.
          """)
      let why = try bob.call("deployments.explain", ["deployment_id": 3])
      #expect(why.at("reason", "blockers") == [1, 2])
      #expect(why.at("reason", "shortage") == [["resource": "gpu", "need": 0.5, "free": 0, "short": 0.5]])
      #expect(why.at("preemption", "considered") == false)
      #expect(why.at("estimate", "assumes").array?.last == "its user has less running")
      #expect(
        try fixture.alice.deploy("hers", cluster: 2, gpu: 0.5).at("status") == "running",
        "limits are a user's")
      #expect(try bob.call("deployments.plan", CheckedClient.request("j", gpu: 0.5)).at("would") == "wait")
      try bob.change("complete", 1)
      #expect(try bob.deployment(3).at("status") == "running")
      try bob.requireHonestUsage(of: 2)
    }
  }

  @Test
  func `a limit that is raised lets in at once who waited for it, and one that is lowered evicts nobody`()
    throws
  {
    try withFixture { fixture in
      _ = try set(["user_cpu": 1], fixture)
      for _ in 1...3 { try fixture.bob.deploy() }
      #expect(try fixture.bob.cluster().at("running") == 1)
      _ = try set(["user_cpu": 2], fixture)
      #expect(try fixture.bob.cluster().at("running") == 2)
      _ = try set(["user_cpu": 1], fixture)
      #expect(try fixture.bob.cluster().at("running") == 2)
      try fixture.bob.change("complete", 1)
      #expect(try fixture.bob.cluster().at("running") == 1)
      try fixture.server.kill()
      try fixture.server.restart()
      let bob = try fixture.server.connect()
      try bob.logIn("bob")
      #expect(try bob.deploy().at("reason", "code") == "quota")
      _ = try fixture.server.connect().call("server.ping")
      let alice = try fixture.server.connect()
      try alice.logIn("alice")
      try alice.call("organizations.update", ["limits": ["user_cpu": nil]])
      #expect(try bob.cluster().at("pending") == 0)
    }
  }

  @Test func `a limit that was taken away while its user had nothing is gone for good`() throws {
    try withFixture { fixture in
      _ = try set(["user_cpu": 2], fixture)
      for _ in 1...3 { try fixture.bob.deploy() }
      for id in 1...3 { try fixture.bob.change("cancel", id) }
      _ = try set(["user_cpu": nil], fixture)
      #expect(try fixture.bob.deploy(["required_cpu": 8]).at("status") == "running")
    }
  }
}
