import JSON
import TestSupport
import Testing

/// Preemption of what agents run: it is told to stop, and its room is kept until it has.
struct NominationTests {
  @Test func `a victim is told to stop, its room goes to the one it was cleared for, and it comes back`()
    throws
  {
    try withManaged { lab in
      try lab.deploy(priority: 10, ["grace_seconds": 20])
      let trial = try lab.alice.call(
        "deployments.plan", CheckedClient.request(["priority": 95, "required_cpu": 2, "required_ram": 1]))
      #expect(trial.at("would") == "preempt")
      #expect(trial.at("victims").array?.map { $0.at("id") } == [1])
      #expect(trial.at("estimate", "starts_at") != .null)
      try lab.deploy(priority: 95)
      #expect(try lab.status(1) == "stopping")
      #expect(try lab.status(2) == "pending")
      #expect(try lab.reason(2) == "stopping_victims")
      let cluster = try lab.alice.cluster()
      #expect(cluster.at("pending") == 1 && cluster.at("running") == 1 && cluster.at("used_cpu") == 2)
      let told = try lab.explain(2)
      #expect(told.at("position") == 1)
      #expect(told.at("reason", "blockers") == [1])
      #expect(told.at("reason", "message").string?.contains("once deployment 1 has stopped there") == true)
      #expect(told.at("preemption", "considered") == true)
      #expect(told.at("estimate", "starts_at") != .null)

      let saved = Managed.entry(1, 1, "running", ["checkpoint": "step 7"])
      let order = try #require(try lab.sync([saved]).first)
      #expect(order.at("action") == "stop" && order.at("by") == 2)
      #expect(order.at("reason", "code") == "preempted")
      let next = try #require(try lab.exit(1, 1, 143).first)
      #expect(next.at("deployment_id") == 2 && next.at("action") == "run")
      let victim = try lab.alice.deployment(1)
      #expect(victim.at("status") == "pending" && victim.at("preemptions") == 1)
      let back = try #require(try lab.exit(2).first)
      #expect(back.at("deployment_id") == 1 && back.at("attempt") == 2)
      #expect(back.at("checkpoint") == "step 7")
    }
  }

  @Test func `whoever would fit in what the victims free does not slip in`() throws {
    try withManaged { lab in
      for _ in 1...2 { try lab.deploy(priority: 10, cpu: 1) }
      try lab.deploy(priority: 95)
      try lab.deploy(priority: 80, cpu: 1)
      try lab.deploy(priority: 95, cpu: 1)
      try lab.exit(1, 1, 0)
      #expect(try lab.reason(3) == "stopping_victims")
      #expect(try lab.reason(4) == "reserved_for")
      #expect(try lab.explain(4).at("reason", "blockers") == [3])
      #expect(try lab.explain(4).at("position").int ?? 0 > 1)
      #expect(try lab.status(5) == "pending")
      try lab.exit(2, 1, 1)
      #expect(try lab.status(3) == "starting")
      #expect(try [1, 2, 4, 5].allSatisfy { try lab.status($0) == "pending" })
    }
  }

  @Test func `a nominee that is cancelled leaves its place to the next, and its victim stops all the same`()
    throws
  {
    try withManaged { lab in
      try lab.deploy(priority: 10)
      try lab.deploy(priority: 95)
      try lab.deploy(priority: 93)
      try lab.alice.change("cancel", 2)
      #expect(try lab.status(2) == "cancelled")
      // It takes what is being freed, and nobody more has to go.
      #expect(try lab.reason(3) == "stopping_victims")
      try lab.alice.change("cancel", 3)
      #expect(try lab.status(1) == "stopping")
      let again = try #require(try lab.exit(1, 1, 1).first)
      #expect(again.at("deployment_id") == 1 && again.at("attempt") == 2)
    }
  }

  @Test func `a higher priority takes the place that is being cleared, and nobody is stopped twice`() throws {
    try withManaged { lab in
      try lab.deploy(priority: 10)
      try lab.deploy(priority: 92)
      try lab.deploy(priority: 97)
      #expect(try lab.reason(3) == "stopping_victims")
      #expect(try lab.reason(2) == "insufficient_cpu")
      #expect(try lab.count("deployment.stopping", of: 1) == 1)
      try lab.exit(1)
      #expect(try lab.status(3) == "starting")
      try lab.sync([Managed.entry(3, 1, "running")])
      try lab.exit(3)
      #expect(try lab.status(2) == "starting")
      #expect(try lab.status(1) == "pending")
    }
  }

  @Test func `a nomination outlives its server, and a raised priority`() throws {
    try withManaged { lab in
      try lab.deploy(priority: 10)
      try lab.deploy(priority: 95)
      try lab.deploy(priority: 94, cpu: 1)
      try lab.server.kill()
      try lab.server.restart()
      lab.alice = try lab.server.connect()
      try lab.alice.logIn("alice")
      #expect(try lab.reason(2) == "stopping_victims")
      try lab.alice.change("update", 2, ["priority": 99])
      #expect(try lab.reason(2) == "stopping_victims")
      #expect(try lab.sync([Managed.entry(1, 1, "running")]).first?.at("by") == 2)
      try lab.exit(1, 1, .null)
      #expect(try lab.status(2) == "starting")
      #expect(try lab.status(3) == "pending")
    }
  }

  @Test func `a node that is lost takes its nominations with it, and victim and nominee run again`() throws {
    try withManaged(lease: 1) { lab in
      try lab.deploy(priority: 10)
      try lab.deploy(priority: 95)
      try eventually("the loss") { try lab.alice.cluster().at("nodes").array?[0].at("status") == "lost" }
      #expect(try lab.status(1) == "pending")
      #expect(try lab.status(2) == "pending")
      #expect(try lab.reason(2) == "no_nodes")
      #expect(try lab.alice.cluster().at("used_cpu") == 0)
      #expect(try lab.sync([Managed.entry(1, 1, "running")]).map { $0.at("action") } == ["stop", "run"])
      #expect(try lab.status(2) == "starting")
    }
  }

  @Test func `a nomination ends when its node drains, and is none of a paused cluster's business`() throws {
    try withManaged { lab in
      try lab.deploy(priority: 10)
      try lab.deploy(priority: 95)
      try lab.alice.call("nodes.update", ["node_id": 1, "drain": true])
      #expect(try lab.reason(2) == "draining")
      try lab.alice.call("nodes.update", ["node_id": 1, "drain": false])
      #expect(try lab.reason(2) == "stopping_victims")
      #expect(try lab.count("deployment.stopping", of: 1) == 1)
      try lab.alice.call("clusters.update", ["cluster_id": 1, "paused": true])
      try lab.exit(1)
      #expect(try lab.reason(2) == "paused")
      #expect(try lab.status(1) == "pending")
      try lab.alice.call("clusters.update", ["cluster_id": 1, "paused": false])
      #expect(try lab.status(2) == "starting")
    }
  }

  @Test func `nobody but its nominee keeps a node from going`() throws {
    try withManaged { lab in
      try lab.deploy(priority: 10)
      try lab.deploy(priority: 95)
      try lab.alice.call("clusters.update", ["cluster_id": 1, "paused": true])
      try lab.exit(1)
      try lab.alice.call("nodes.remove", ["node_id": 1])
      try lab.alice.call("clusters.update", ["cluster_id": 1, "paused": false])
      #expect(try lab.reason(2) == "no_nodes")
    }
  }

  @Test func `a nominee starts where there is room sooner`() throws {
    try withManaged(nodes: 2) { lab in
      try lab.deploy(priority: 10)
      try lab.deploy(priority: 60)
      try lab.deploy(priority: 95)
      #expect(try lab.status(1) == "stopping")
      try lab.exit(2, node: 2)
      let nominee = try lab.alice.deployment(3)
      #expect(nominee.at("status") == "starting" && nominee.at("node", "id") == 2)
      try lab.exit(1)
      #expect(try lab.status(1) == "starting")
    }
  }

  @Test func `a nomination counts as running use, so that no limit is passed`() throws {
    try withManaged(nodes: 2) { lab in
      try lab.alice.call("organizations.update", ["limits": ["user_cpu": 4]])
      let bob = try lab.server.connect()
      try bob.signUp("bob")
      let code = try lab.alice.call("organizations.get").at("organization", "invite_code")
      try bob.call("auth.join_organization", ["code": code])
      for _ in 1...2 { try lab.deploy(priority: 10) }
      let asked: JSONObject = ["priority": 95, "required_cpu": 2, "required_ram": 1]
      for _ in 1...2 { try bob.deploy(asked) }
      try bob.deploy(["priority": 95, "required_cpu": 1, "required_ram": 1])
      #expect(try [3, 4].allSatisfy { try lab.reason($0) == "stopping_victims" })
      #expect(try lab.reason(5) == "quota")
      try lab.alice.call("organizations.update", ["limits": ["user_cpu": 2]])
      #expect(try lab.reason(3) == "stopping_victims")
      #expect(try lab.reason(4) == "quota")
      for (id, node) in [(1, 1), (2, 2)] { try lab.exit(id, node: node) }
      #expect(try lab.status(3) == "starting")
      #expect(try lab.status(4) == "pending")
    }
  }

  @Test func `how an attempt runs is shown while it does`() throws {
    try withManaged { lab in
      try lab.deploy(priority: 50)
      let note: JSONValue = "On this node required_cpu limits nothing."
      try lab.sync([Managed.entry(1, 1, "running", ["message": note])])
      try lab.sync([Managed.entry(1, 1, "running", ["message": note])])
      try lab.sync([Managed.entry(1, 1, "running")])
      #expect(try lab.alice.deployment(1).at("message") == note)
      #expect(try lab.count("deployment.ran", of: 1) == 2)
      try lab.server.kill()
      try lab.server.restart()
      lab.alice = try lab.server.connect()
      try lab.alice.logIn("alice")
      #expect(try lab.alice.deployment(1).at("message") == note)
      try lab.exit(1)
      #expect(try lab.alice.deployment(1).at("message") == .null)
    }
  }

  @Test func `an end by fencing uses no retry, and is an end like any other once it was ordered`() throws {
    try withManaged { lab in
      try lab.deploy(priority: 10)
      for attempt in 1...6 {
        #expect(try lab.alice.deployment(1).at("attempt").int == attempt)
        let fenced: JSONObject = ["exit_code": 137, "fenced": true, "message": "The lease had passed."]
        try lab.sync([Managed.entry(1, attempt, "exited", fenced)])
      }
      let failed = try lab.alice.deployment(1)
      #expect(failed.at("status") == "failed" && failed.at("reason", "code") == "node_lost")
      try lab.deploy(priority: 10)
      try lab.deploy(priority: 95)
      try lab.sync([Managed.entry(2, 1, "exited", ["exit_code": 137, "fenced": true])])
      #expect(try lab.alice.deployment(2).at("preemptions") == 1)
      #expect(try lab.status(3) == "starting")
    }
  }
}
