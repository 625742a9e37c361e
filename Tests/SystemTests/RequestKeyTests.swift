import JSON
import TestSupport
import Testing

/// A key makes a request act once, however often it is sent.
struct RequestKeyTests {
  private static let key: JSONObject = ["request_key": "once"]

  @Test func `the same key answers the same object, as it is now`() throws {
    try withFixture { fixture in
      let params = CheckedClient.request(Self.key)
      let first = try fixture.bob.call("deployments.create", params)
      #expect(try fixture.bob.call("deployments.create", params) == first)
      // Neither the order of params nor another token of the user makes it another request.
      let token = try fixture.bob.call("tokens.create", ["name": "x", "scope": "deploy"]).at("token", "text")
      let reordered = JSONObject(members: params.members.reversed()).adding("token", token)
      #expect(try fixture.bob.call("deployments.create", reordered) == first)
      try fixture.bob.change("complete", 1)
      let now = try fixture.bob.call("deployments.create", params).at("deployment")
      #expect(now.at("id") == 1 && now.at("status") == "completed")
      #expect(try fixture.bob.allDeployments().count == 1)
    }
  }

  @Test func `another request under a key is a conflict, and another user's key is another`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy("job", Self.key)
      let other = try fixture.bob.refusal("deployments.create", CheckedClient.request("other", Self.key))
      #expect(other.code == 1009 && other.data["request_key"] == "once")
      let method = try fixture.bob.refusal("deployments.cancel", Self.key.adding("deployment_id", 1))
      #expect(method.code == 1009 && method.data["method"] == "deployments.create")
      #expect(try fixture.alice.deploy("job", Self.key).at("id") == 2)
    }
  }

  @Test func `a refusal is not remembered`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy("holder", gpu: 1)
      try fixture.bob.deploy("waiting", gpu: 1)
      let complete = Self.key.adding("deployment_id", 2)
      #expect(try fixture.bob.refusal("deployments.complete", complete).code == 1009)
      try fixture.bob.change("complete", 1)
      #expect(
        try fixture.bob.call("deployments.complete", complete).at("deployment", "status") == "completed")
      // It is over, and yet no conflict: the key says that it was this very request.
      try fixture.bob.call("deployments.complete", complete)
    }
  }

  @Test func `what is gone is answered again as it was`() throws {
    try withFixture { fixture in
      let alice = fixture.alice
      try alice.createCluster("second")
      let node = try alice.call("nodes.add", ["cluster_id": 2, "name": "n", "cpu": 1, "ram": 1, "gpu": 0])
      let gone: [(String, JSONObject)] = [
        ("nodes.remove", ["node_id": node.at("node", "id")]), ("clusters.delete", ["cluster_id": 2]),
        ("organizations.remove_member", ["user_id": 2]),
      ]
      for (method, params) in gone {
        let keyed = params.adding("request_key", .string(method))
        let first = try alice.call(method, keyed)
        #expect(try alice.call(method, keyed) == first)
        #expect(try alice.refusal(method, params).code == 1004)
      }
      let leave: JSONObject = ["request_key": "leave"]
      try alice.call("organizations.leave", leave)
      try alice.call("organizations.leave", leave)
    }
  }

  @Test func `a key is known to every process, and after a crash`() throws {
    try withFixture { fixture in
      let params = CheckedClient.request(Self.key)
      let first = try fixture.bob.call("deployments.create", params)
      let beside = try fixture.sandbox.serve(.stdio).connect()
      try beside.logIn("bob")
      #expect(try beside.call("deployments.create", params) == first)
      try fixture.server.kill()
      try fixture.server.restart()
      let after = try fixture.server.connect()
      try after.logIn("bob")
      #expect(try after.call("deployments.create", params) == first)
      #expect(try after.allDeployments().count == 1)
    }
  }

  @Test func `joining and creating under a key are answered again`() throws {
    try withFixture { fixture in
      let carol = try fixture.stranger("carol")
      let join = Self.key.adding("code", .string(fixture.code))
      let first = try carol.call("auth.join_organization", join)
      #expect(try carol.call("auth.join_organization", join) == first)
      let dave = try fixture.stranger("dave")
      let create = Self.key.adding("name", "daves")
      let made = try dave.call("organizations.create", create)
      #expect(try dave.call("organizations.create", create) == made)
    }
  }
}
