import JSON
import TestSupport
import Testing

/// `depends_on`: what starts only after others have completed, and what becomes of it when they do not.
struct DependencyTests {
  private static func on(_ ids: Int...) -> JSONObject {
    ["depends_on": .array(ids.map { .int($0) })]
  }

  @Test func `a deployment starts with the last completion of those it depends on, and says so until then`()
    throws
  {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy("first")
      try bob.deploy("second")
      let third = try bob.deploy("third", Self.on(2, 1, 2))
      #expect(third.at("status") == "pending" && third.at("depends_on") == [1, 2])
      #expect(third.at("reason", "code") == "dependency")
      #expect(
        third.at("reason", "message")
          == "Depends on deployments 1 (running) and 2 (running); it may start once those have completed.")
      #expect(try bob.cluster().at("pending") == 1)
      try bob.change("complete", 2)
      #expect(
        try bob.deployment(3).at("reason", "message")
          == "Depends on deployment 1 (running); it may start once that has completed.")
      try bob.change("complete", 1)
      #expect(try bob.deployment(3).at("status") == "running")
      try bob.requireHonestUsage()
    }
  }

  @Test func `what has completed already holds nobody back, even from history`() throws {
    try withFixture(.init(.socket, snapshotAfter: 2000)) { fixture in
      try fixture.bob.deploy("first")
      try fixture.bob.change("complete", 1)
      try Snapshots.force(by: fixture.bob, in: fixture.sandbox, count: 2)
      #expect(try fixture.bob.deploy("next", Self.on(1)).at("status") == "running")
    }
  }

  @Test(arguments: ["fail", "cancel"])
  func `an end other than completion fails all that depend on it, at once and to the last`(verb: String)
    throws
  {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy("first")
      try bob.deploy("second", Self.on(1))
      try bob.deploy("third", Self.on(2))
      try bob.deploy("other", Self.on(1, 3))
      try bob.change(verb, 1)
      let word = verb == "fail" ? "failed" : "was cancelled"
      let second = try bob.deployment(2)
      #expect(second.at("status") == "failed" && second.at("reason", "code") == "dependency")
      let sentence = second.at("reason", "message").string ?? ""
      #expect(sentence.hasPrefix("Deployment 1, on which it depends, \(word); run that again"), "\(sentence)")
      let third = try bob.deployment(3)
      #expect(third.at("status") == "failed")
      #expect(
        third.at("reason", "message").string?.hasPrefix("Deployment 2, on which it depends, failed;") == true)
      #expect(try bob.deployment(4).at("status") == "failed")
      let why = try bob.call("deployments.explain", ["deployment_id": 2])
      #expect(why.at("reason", "blockers") == [1] && why.at("position") == .null)
      #expect(try bob.cluster().at("pending") == 0)
    }
  }

  @Test func `a deadline of a dependency fails its dependents, whoever waits for them`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy("short", ["max_duration": 0.2])
      try fixture.bob.deploy("after", Self.on(1))
      let answer = try fixture.bob.call("deployments.get", ["deployment_id": 2, "wait_seconds": 20])
      #expect(answer.at("deployment", "status") == "failed")
      #expect(answer.at("deployment", "reason", "code") == "dependency")
    }
  }

  @Test func `a circle cannot be said, for what is depended on has to be there first`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      #expect(try bob.refusal("deployments.create", CheckedClient.request(Self.on(1))).code == 1004)
      #expect(try bob.allDeployments() == [])
      try bob.deploy()
      let eve = try fixture.stranger("eve")
      try eve.createOrganization("evil")
      try eve.createCluster()
      let foreign = try eve.refusal("deployments.create", CheckedClient.request("x", cluster: 2, Self.on(1)))
      #expect(foreign.code == 1004)
    }
  }

  @Test func `what has failed or was cancelled is no dependency for anybody new`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy()
      try bob.change("fail", 1)
      let refused = try bob.refusal("deployments.create", CheckedClient.request(Self.on(1)))
      #expect(
        refused.code == 1009 && refused.data["deployment_id"] == 1 && refused.data["status"] == "failed")
    }
  }

  @Test func `who is held back may be cancelled and moved, and a restart changes nothing of it`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy("first")
      for name in ["second", "third", "fourth"] { try bob.deploy(name, Self.on(1)) }
      try bob.change("cancel", 2)
      try bob.change("update", 3, ["priority": 70])
      #expect(try bob.refusal("clusters.delete", ["cluster_id": 1]).code == 1003)
      let live = try fixture.alice.refusal("clusters.delete", ["cluster_id": 1])
      #expect(live.code == 1009 && live.data["live_deployments"] == 3)
      try fixture.server.kill()
      try fixture.server.restart()
      let again = try fixture.server.connect()
      try again.logIn("bob")
      #expect(try again.deployment(3).at("reason", "code") == "dependency")
      #expect(try again.cluster().at("pending") == 2)
      try again.change("complete", 1)
      #expect(try again.cluster().at("running") == 2)
      #expect(try again.deployment(2).at("status") == "cancelled")
    }
  }

  @Test func `a dependency in another cluster of the organization counts`() throws {
    try withFixture { fixture in
      try fixture.alice.createCluster("farm")
      try fixture.bob.deploy("here")
      let there = try fixture.bob.deploy("there", cluster: 2, Self.on(1))
      #expect(there.at("status") == "pending")
      try fixture.bob.change("complete", 1)
      #expect(try fixture.bob.deployment(2).at("status") == "running")
    }
  }
}
