import JSON
import TestSupport
import Testing

/// `deployments.explain` and `deployments.plan`, held to what then really happens.
struct ExplainTests {
  private func explain(_ id: Int, _ client: CheckedClient) throws -> JSONValue {
    try client.call("deployments.explain", ["deployment_id": .int(id)])
  }

  @Test func `a plan to start is what then starts, device by device`() throws {
    try withFixture { fixture in
      let request = CheckedClient.request("job", gpu: 0.5)
      let trial = try fixture.bob.call("deployments.plan", request)
      #expect(trial.at("would") == "start" && trial.at("reason") == .null && trial.at("victims") == [])
      let made = try fixture.bob.call("deployments.create", request).at("deployment")
      #expect(made.at("node") == trial.at("node") && made.at("gpus") == trial.at("gpus"))
    }
  }

  @Test func `a plan to preempt names the victims who are then preempted`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      for priority: JSONValue in [30, 20] { try bob.deploy(gpu: 0.5, ["priority": priority]) }
      let request = CheckedClient.request("urgent", gpu: 0.5, ["priority": 95])
      let trial = try bob.call("deployments.plan", request)
      #expect(trial.at("would") == "preempt")
      #expect(trial.at("victims").array?.map { $0.at("id") } == [2])
      #expect(trial.at("victims").array?.map { $0.at("priority") } == [20])
      #expect(try bob.deployment(2).at("status") == "running", "a plan changes nothing")
      let made = try bob.call("deployments.create", request).at("deployment")
      #expect(made.at("status") == "running" && made.at("gpus") == trial.at("gpus"))
      #expect(try bob.deployment(2).at("status") == "pending")
    }
  }

  @Test func `a plan to wait gives the reason, the estimate and nothing else`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy(gpu: 1, ["max_duration": 600])
      let before = try bob.call("events.list_all", ["limit": 1]).at("last_seq")
      let trial = try bob.call("deployments.plan", CheckedClient.request("job", gpu: 0.5))
      #expect(trial.at("would") == "wait" && trial.at("node") == .null)
      #expect(trial.at("reason", "code") == "insufficient_gpu" && trial.at("reason", "blockers") == [1])
      #expect(trial.at("reason", "shortage") == [["resource": "gpu", "need": 0.5, "free": 0, "short": 0.5]])
      #expect(trial.at("estimate", "starts_at").string != nil)
      #expect(try bob.call("events.list_all", ["limit": 1]).at("last_seq") == before)
      #expect(try bob.allDeployments().count == 1)
    }
  }

  @Test func `a plan is refused as the create would be`() throws {
    try withFixture { fixture in
      let large = try fixture.bob.refusal("deployments.plan", CheckedClient.request("job", gpu: 2))
      #expect(large.code == 1012)
      let unknown = CheckedClient.request(["depends_on": [7]])
      #expect(try fixture.bob.refusal("deployments.plan", unknown).code == 1004)
    }
  }

  @Test func `an estimate is the time at which it then starts`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy("first", gpu: 1, ["max_duration": 1])
      try bob.deploy("second", gpu: 1, ["max_duration": 1])
      try bob.deploy("third", gpu: 1)
      let answer = try explain(3, bob)
      #expect(answer.at("position") == 2)
      let promised = try #require(answer.at("estimate", "starts_at").string)
      try eventually("the third's start") { try bob.deployment(3).at("status") == "running" }
      let started = try #require(try bob.deployment(3).at("started_at").string)
      let (before, after) = try (#require(Self.seconds(promised)), #require(Self.seconds(started)))
      let seconds = after - before
      // The server looks a moment after the time has come.
      #expect(seconds < 20 && seconds >= 0)
    }
  }

  @Test func `a forecast ends though the first in line waits for what never ends`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy(gpu: 0.5, ["max_duration": 3600])
      try bob.deploy(gpu: 0.5, ["priority": 20])
      try bob.deploy(gpu: 1)
      let trial = try bob.call("deployments.plan", CheckedClient.request("late", gpu: 0.5))
      #expect(trial.at("would") == "wait" && trial.at("estimate", "starts_at") == .null)
      #expect(
        try explain(3, bob).at("estimate", "assumes").array?.last
          == "deployment 2 ends, which has no max_duration")
    }
  }

  /// Within its minute.
  private static func seconds(_ time: String) -> Double? {
    guard let minutes = Double(time.dropFirst(14).prefix(2)) else { return nil }
    return Double(time.dropFirst(17).dropLast()).map { minutes * 60 + $0 }
  }

  @Test func `where an end is unknown there is no estimate, and who is to blame is named`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy(gpu: 1)
      try bob.deploy(gpu: 1)
      let estimate = try explain(2, bob).at("estimate")
      #expect(estimate.at("starts_at") == .null)
      #expect(estimate.at("assumes").array?.last == "deployment 1 ends, which has no max_duration")
      try fixture.alice.call("clusters.update", ["cluster_id": 1, "paused": true])
      #expect(try explain(2, bob).at("estimate", "assumes") == ["the cluster is resumed"])
    }
  }

  private func whyNot(_ id: Int, _ client: CheckedClient) throws -> String {
    try explain(id, client).at("preemption", "why_not").string ?? ""
  }

  @Test func `why nobody is preempted: equals, the unpreemptible, the young, and who is not urgent`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy(gpu: 1, ["preemptible": false, "priority": 10])
      try bob.deploy(gpu: 1)
      #expect(
        try whyNot(2, bob) == "Those of lower priority in its way are not preemptible: deployment 1.")
      try bob.change("cancel", 1)
      try bob.deploy(gpu: 1)
      #expect(
        try whyNot(3, bob)
          == """
          Nothing that runs where it could has a priority below its 50. With a priority of 90 or more it would make \
          room for itself.
          """)
      try bob.change("update", 3, ["priority": 60])
      let first = try whyNot(3, bob)
      #expect(
        first.hasPrefix("Below priority 90 the first in line has others preempted only once"), "\(first)")
      try bob.deploy(gpu: 1, ["priority": 55])
      let second = try whyNot(4, bob)
      #expect(second.hasPrefix("Below priority 90 only the first in line has others preempted."), "\(second)")
      for id in 2...4 { try bob.change("cancel", id) }
      try bob.deploy(gpu: 1, ["min_runtime": 600, "priority": 10])
      try bob.deploy(gpu: 1)
      let young = try explain(6, bob).at("preemption")
      #expect(young.at("considered") == true)
      #expect(young.at("why_not").string?.contains("within their min_runtime: deployment 5") == true)
    }
  }

  @Test(arguments: [(60, 90), (95, 96)])
  func `the promised priority is enough, and one less is not`(held: Int, promised: Int) throws {
    try withFixture { fixture in
      let bob = fixture.bob
      for priority in [60, held] { try bob.deploy(gpu: 0.5, ["priority": .int(priority)]) }
      try bob.deploy(gpu: 1)
      let hint = try whyNot(3, bob)
      #expect(hint.contains("With a priority of \(promised) or more"), "\(hint)")
      #expect(try bob.change("update", 3, ["priority": .int(promised - 1)]).at("status") == "pending")
      #expect(try bob.change("update", 3, ["priority": .int(promised)]).at("status") == "running")
    }
  }

  @Test func `what runs has nothing to explain, and what is over says how`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      let running = try explain(1, fixture.bob)
      #expect(running.at("status") == "running" && running.at("reason") == .null)
      try fixture.bob.change("cancel", 1)
      let over = try explain(1, fixture.bob)
      #expect(over.at("status") == "cancelled" && over.at("reason", "code") == "cancelled")
      #expect(over.at("preemption") == .null && over.at("estimate") == .null)
    }
  }
}
