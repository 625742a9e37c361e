import JSON
import TestSupport
import Testing

/// Changes of clusters and nodes by operators, and what they mean for what runs and waits there.
struct ClusterTests {
  @Test func `a draining node keeps what it has, takes nothing new, and can be removed when empty`() throws {
    try withFixture { fixture in
      let alice = fixture.alice
      try fixture.bob.deploy()
      let drained = try alice.call("nodes.update", ["node_id": 1, "drain": true])
      #expect(drained.at("node", "status") == "draining")
      let waiting = try fixture.bob.deploy()
      #expect(waiting.at("status") == "pending" && waiting.at("reason", "code") == "draining")
      #expect(try fixture.bob.deployment(1).at("status") == "running")
      let refused = try alice.refusal("nodes.remove", ["node_id": 1])
      #expect(refused.code == 1009 && refused.data["live_attempts"] == 1)
      try alice.call("nodes.update", ["node_id": 1, "drain": false])
      #expect(try fixture.bob.deployment(2).at("status") == "running")
      for id in [1, 2] { try fixture.bob.change("complete", id) }
      #expect(try alice.call("nodes.remove", ["node_id": 1]).at("node", "id") == 1)
      #expect(try alice.cluster().at("total_cpu") == 0)
      #expect(try fixture.bob.refusal("deployments.create", CheckedClient.request()).code == 1012)
      try alice.call("nodes.add", ["cluster_id": 1, "name": "fresh", "cpu": 2, "ram": 4, "gpu": 0])
      #expect(try fixture.bob.deploy().at("node") == ["id": 2, "name": "fresh"])
      try alice.requireHonestUsage()
    }
  }

  @Test func `a paused cluster starts nothing until it is resumed`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      #expect(
        try fixture.alice.call("clusters.update", ["cluster_id": 1, "paused": true]).at("cluster", "paused")
          == true)
      let waiting = try fixture.bob.deploy()
      #expect(waiting.at("status") == "pending" && waiting.at("reason", "code") == "paused")
      try fixture.bob.change("complete", 1)
      #expect(try fixture.bob.deployment(2).at("status") == "pending")
      try fixture.alice.call("clusters.update", ["cluster_id": 1, "paused": false])
      #expect(try fixture.bob.deployment(2).at("status") == "running")
    }
  }

  @Test func `a node does not shrink below what is used on it, and grows for who waits`() throws {
    try withFixture { fixture in
      let alice = fixture.alice
      for _ in 1...3 { try fixture.bob.deploy("half", gpu: 0.5) }
      for less: JSONObject in [["cpu": 1.999], ["ram": 3], ["gpu": 0.5], ["gpu": 0], ["cpu": 0]] {
        let refused = try alice.refusal(
          "nodes.update", JSONObject(members: less.members + [.init("node_id", 1)]))
        #expect(refused.code == 1009 && refused.data["used_cpu"] == 2 && refused.data["used_gpu"] == 1)
      }
      try alice.call("nodes.update", ["node_id": 1, "cpu": 3, "ram": 6, "gpu": 1.5])
      #expect(try fixture.bob.deployment(3).at("gpus") == [["index": 1, "share": 0.5]])
      try alice.requireHonestUsage()
      // Of two halves on two devices neither can go, though their sum would fit one.
      try fixture.bob.change("complete", 1)
      #expect(try alice.refusal("nodes.update", ["node_id": 1, "gpu": 1]).code == 1009)
      #expect(try alice.refusal("nodes.update", ["node_id": 1, "managed": true]).code == 1009)
    }
  }

  @Test func `a cluster with live deployments is not deleted; its past ones outlive it`() throws {
    try withFixture { fixture in
      let alice = fixture.alice
      try fixture.bob.deploy("holder", gpu: 1)
      try fixture.bob.deploy("waiting", gpu: 1)
      let refused = try alice.refusal("clusters.delete", ["cluster_id": 1])
      #expect(refused.code == 1009 && refused.data["live_deployments"] == 2)
      try fixture.bob.change("cancel", 2)
      try fixture.bob.change("complete", 1)
      try alice.call("clusters.delete", ["cluster_id": 1])
      #expect(try alice.refusal("clusters.get", ["cluster_id": 1]).code == 1004)
      #expect(try alice.refusal("nodes.update", ["node_id": 1]).code == 1004)
      #expect(try fixture.bob.refusal("deployments.create", CheckedClient.request()).code == 1004)
      #expect(try fixture.bob.allDeployments().map { $0.at("status") } == ["completed", "cancelled"])
      #expect(try alice.call("clusters.list_all").at("clusters") == [])
      // Neither the name nor a number: the name is free again, the number is not.
      #expect(try alice.createCluster("lab") == 2)
    }
  }

  @Test func `urgent priorities preempt the least that makes room at once, and priorities can be raised`()
    throws
  {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy("low", gpu: 0.5, ["priority": 20])
      try bob.deploy("middle", gpu: 0.5, ["priority": 40])
      try bob.deploy("waiting", gpu: 0.5, ["priority": 10])
      #expect(
        try bob.change("update", 3, ["priority": 89]).at("status") == "pending", "it can wait for an end")
      let raised = try bob.change("update", 3, ["priority": 90])
      #expect(raised.at("status") == "running" && raised.at("priority") == 90)
      #expect(try bob.deployment(1).at("status") == "pending")
      #expect(try bob.deployment(2).at("status") == "running")
      // A device that is shared is nobody's whole one: both must go.
      try bob.deploy("whole", gpu: 1, ["priority": 95])
      #expect(try (1...3).map { try bob.deployment($0).at("status") } == ["pending", "pending", "pending"])
      #expect(try bob.deployment(2).at("preemptions") == 1)
      try bob.requireHonestUsage()
      // Equal priorities do not preempt.
      #expect(try bob.deploy("equal", gpu: 1, ["priority": 95]).at("status") == "pending")
    }
  }
}
