import JSON
import TestSupport
import Testing

/// Further words of a request: where it may run, on which plan it counts, from where it goes on.
struct RequestTests {
  private static let labelled: JSONObject = [
    "name": "farm",
    "nodes": [
      ["name": "small", "cpu": 4, "ram": 8, "gpu": 1, "labels": ["gpu": "V100", "zone": "a"]],
      ["name": "big", "cpu": 8, "ram": 16, "gpu": 2, "labels": ["gpu": "A100", "zone": "a"]],
    ],
  ]

  private static func request(_ place: JSONObject, _ more: JSONObject = [:]) -> JSONObject {
    CheckedClient.request("job", cluster: 2, gpu: 1, more.adding("where", .object(place)))
  }

  @Test func `where chooses among nodes by their labels, or is refused when none could ever hold it`() throws
  {
    try withFixture { fixture in
      try fixture.alice.call("clusters.create", Self.labelled)
      let bob = fixture.bob
      let placed = try bob.call(
        "deployments.create", Self.request(["zone": ["a", "b"], "gpu": ["H100", "A100"]])
      )
      .at("deployment")
      #expect(placed.at("where") == ["gpu": ["H100", "A100"], "zone": ["a", "b"]])
      #expect(placed.at("node", "name") == "big")
      let none = try bob.refusal("deployments.create", Self.request(["gpu": ["H100"]]))
      #expect(none.code == 1012 && none.message.contains("gpu=H100"), "\(none)")
      let tight = try bob.refusal("deployments.create", Self.request(["gpu": ["V100"]], ["required_cpu": 5]))
      #expect(
        tight.code == 1012 && tight.message.contains("gpu=V100") && tight.message.contains("4"), "\(tight)")
    }
  }

  @Test func `a where that is full waits for its own nodes, and says which`() throws {
    try withFixture { fixture in
      try fixture.alice.call("clusters.create", Self.labelled)
      let bob = fixture.bob
      let v100 = Self.request(["gpu": ["V100"]])
      #expect(try bob.call("deployments.create", v100).at("deployment", "node", "name") == "small")
      let waits = try bob.call("deployments.create", v100).at("deployment")
      #expect(waits.at("status") == "pending" && waits.at("reason", "code") == "insufficient_gpu")
      #expect(waits.at("reason", "message").string?.contains("with gpu=V100") == true)
      try bob.change("complete", 1)
      #expect(try bob.deployment(2).at("node", "name") == "small")
    }
  }

  @Test func `a where without values, or with a value twice, is told what is wrong with it`() throws {
    try withFixture { fixture in
      for bad: JSONObject in [["gpu": []], ["gpu": ["a", "a"]], ["": ["a"]], ["gpu": ["\u{7}"]]] {
        let refused = try fixture.bob.refusal("deployments.create", Self.request(bad), isValid: false)
        #expect(refused.code == -32602)
      }
    }
  }

  @Test func `if_revision makes a create count on the plan that it was tried on`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      let trial = try bob.call("deployments.plan", CheckedClient.request())
      #expect(trial.at("would") == "start")
      let revision = trial.at("revision")
      #expect(try bob.cluster().at("revision") == revision, "a plan changes nothing")
      try bob.deploy()
      let now = try bob.cluster().at("revision")
      let refused = try bob.refusal("deployments.create", CheckedClient.request(["if_revision": revision]))
      #expect(refused.code == 1009 && refused.data["revision"] == now)
      #expect(try bob.deploy(["if_revision": now]).at("status") == "running")
    }
  }

  @Test func `a checkpoint survives preemption and retry, and is the current attempt's to make`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy(gpu: 1, ["retries": 1])
      let first = try bob.change("checkpoint", 1, ["reference": "/ckpt/1", "attempt": 1])
      #expect(first.at("checkpoint") == "/ckpt/1")
      try fixture.alice.deploy("urgent", gpu: 1, ["priority": 90])
      #expect(try bob.deployment(1).at("status") == "pending")
      #expect(try bob.deployment(1).at("checkpoint") == "/ckpt/1")
      let waits = try bob.refusal("deployments.checkpoint", ["deployment_id": 1, "reference": "/ckpt/2"])
      #expect(waits.code == 1009 && waits.data["status"] == "pending")
      try fixture.alice.change("complete", 2)
      let stale: JSONObject = ["deployment_id": 1, "reference": "/ckpt/2", "attempt": 1]
      #expect(try bob.refusal("deployments.checkpoint", stale).data["attempt"] == 2)
      try bob.change("fail", 1)
      let third = try bob.deployment(1)
      #expect(third.at("attempt") == 3 && third.at("checkpoint") == "/ckpt/1")
    }
  }

  @Test func `an agent's token may keep a checkpoint and start nothing`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      let made = try fixture.bob.call("tokens.create", ["name": "agent", "scope": "agent"])
      let token = made.at("token", "text")
      let params: JSONObject = ["deployment_id": 1, "reference": "s3://runs/1", "token": token]
      #expect(try fixture.server.connect().call("deployments.checkpoint", params).at("deployment", "id") == 1)
      let create = CheckedClient.request().adding("token", token)
      #expect(try fixture.server.connect().refusal("deployments.create", create).code == 1003)
    }
  }
}
