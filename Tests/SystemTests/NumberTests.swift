import JSON
import TestSupport
import Testing

/// Numbers as a client may write them, and as large as it may: taken for what they say, or refused.
struct NumberTests {
  private static func params(_ text: String) throws -> JSONObject {
    try #require(try JSONParser.parse(text).object)
  }

  private static func request(_ text: String) throws -> JSONObject {
    try params(
      #"{"name":"n","image_path":"/i","cluster_id":1,"required_ram":5E-1,"required_gpu":0e999,"# + text + "}")
  }

  @Test func `a number is taken for what it says, however it is written`() throws {
    try withFixture { fixture in
      let deployment = try fixture.bob.call(
        "deployments.create",
        Self.request(
          #""required_cpu":1.50000000000000000000,"priority":9e1,"max_duration":60.0000000000000000000,"#
            + #""min_runtime":1000000000000000000000000e-24,"retries":2.00000000000000000000"#)
      ).at("deployment")
      let expected: JSONObject = [
        "required_cpu": .number(JSONNumber(thousandths: 1500)), "priority": 90, "max_duration": 60,
        "min_runtime": 1, "retries": 2, "required_gpu": 0,
        "required_ram": .number(JSONNumber(thousandths: 500)),
      ]
      for member in expected.members { #expect(deployment.at(member.key) == member.value, "\(member.key)") }
      let invite = try fixture.alice.call(
        "invites.create", Self.params(#"{"max_uses":1.00000000000000000000}"#))
      #expect(invite.at("invite").at("max_uses") == 1)
      let token = try fixture.alice.call(
        "tokens.create", Self.params(#"{"name":"t","scope":"read","expires_in":6.00000000000000000000e1}"#))
      #expect(token.at("token").at("expires_at") != .null)
    }
  }

  @Test func `a number that is more than can be read is refused, and never counts as absent`() throws {
    try withFixture { fixture in
      let cases: [(String, String)] = [
        ("invites.create", #"{"max_uses":10000000000000000000}"#),
        ("invites.create", #"{"max_uses":12345678901234567891}"#),
        ("invites.create", #"{"expires_in":1.00000000000000000001}"#),
        ("tokens.create", #"{"name":"t","scope":"read","expires_in":1e100000000000000000000}"#),
        ("deployments.list_all", #"{"limit":1e400}"#), ("deployments.get", #"{"deployment_id":1e300}"#),
        ("deployments.list_all", #"{"cursor":"9223372036854775807"}"#),
        ("deployments.list_all", #"{"cursor":"100000000000000000","newest_first":true}"#),
        ("clusters.create", #"{"name":"x","total_cpu":1,"total_ram":1,"total_gpu":100000000}"#),
        ("clusters.create", #"{"name":"x","total_cpu":1,"total_ram":1,"total_gpu":1024.001}"#),
        ("clusters.create", #"{"name":"x","total_cpu":1000000.001,"total_ram":1,"total_gpu":0}"#),
        ("nodes.add", #"{"cluster_id":1,"name":"x","cpu":1,"ram":1e7,"gpu":0}"#),
        ("nodes.update", #"{"node_id":1,"gpu":1025}"#),
      ]
      for (method, text) in cases {
        let refused = try fixture.alice.refusal(method, Self.params(text), isValid: false)
        #expect(refused.code == -32602, "\(method) \(text): \(refused)")
      }
      for more in [#""required_cpu":0.12345678901234567891"#, #""required_cpu":1,"if_revision":1e300"#] {
        let refused = try fixture.bob.refusal("deployments.create", Self.request(more), isValid: false)
        #expect(refused.code == -32602, "\(more): \(refused)")
      }
      #expect(try fixture.bob.allDeployments() == [])
    }
  }

  @Test func `the largest cluster under fair shares is planned, listed and opened again`() throws {
    try withFixture { fixture in
      let nodes = (0..<12).map { number -> JSONValue in
        ["name": .string("n\(number)"), "cpu": 1_000_000, "ram": 1_000_000, "gpu": 1024]
      }
      let made = try fixture.alice.call("clusters.create", ["name": "wide", "nodes": .array(nodes)])
      let cluster = made.at("cluster").at("id")
      #expect(made.at("cluster").at("total_cpu") == 12_000_000)
      try fixture.alice.call("clusters.update", ["cluster_id": cluster, "strategy": ["order": "fair"]])
      for _ in 0..<14 {
        try fixture.bob.deploy([
          "cluster_id": cluster, "required_cpu": 1_000_000, "required_ram": 1_000_000, "required_gpu": 1024,
        ])
      }
      let statuses = try fixture.bob.allDeployments(["cluster_id": cluster]).map { $0.at("status") }
      #expect(statuses.filter { $0 == "running" }.count == 12)
      for cursor in ["9007199254740991", "14"] {
        let page = try fixture.bob.call(
          "deployments.list_all", ["cursor": .string(cursor), "newest_first": true, "limit": 3])
        #expect(page.at("deployments").array?.count == 3)
      }
      try fixture.server.stop()
      let again = try fixture.sandbox.serve(.socket).connect()
      try again.logIn("bob")
      #expect(try again.allDeployments(["cluster_id": cluster]).map { $0.at("status") } == statuses)
    }
  }
}
