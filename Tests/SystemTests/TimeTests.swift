import JSON
import Model
import TestSupport
import Testing

/// The work of time alone: no call is needed for it, and no server need be up when it is due.
struct TimeTests {
  @Test func `an attempt ends at its max_duration though nobody calls, once, for all to see`() throws {
    try withFixture { fixture in
      let beside = try fixture.sandbox.serve(.stdio).connect()
      try beside.logIn("alice")
      let finished: JSONObject = ["types": ["deployment.finished"]]
      try beside.call("events.subscribe", finished)
      try fixture.alice.call("events.subscribe", finished)
      let started = try fixture.bob.deploy("short", ["max_duration": 0.4, "retries": 3])
      #expect(started.at("max_duration") == 0.4)
      let here = try #require(try fixture.alice.nextEvent())
      #expect(try beside.nextEvent() == here)
      #expect(try fixture.alice.nextEvent(within: 0.3) == nil)
      let over = try fixture.bob.deployment(1)
      #expect(over.at("status") == "failed" && over.at("reason", "code") == "deadline")
      #expect(over.at("attempt") == 1)
      let lasted = try Self.seconds(from: over.at("started_at"), to: over.at("finished_at"))
      #expect(lasted >= 0.4 && lasted < 20)
    }
  }

  private static func seconds(from start: JSONValue, to end: JSONValue) throws -> Double {
    let times = [start, end].map { $0.string.flatMap { Timestamp($0) } }
    let (from, to) = (try #require(times[0]), try #require(times[1]))
    return Double(to.milliseconds - from.milliseconds) / 1000
  }

  @Test func `a deadline that passed while no server was up holds when one is`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy("short", gpu: 1, ["max_duration": 0.05])
      try fixture.bob.deploy("next", gpu: 1)
      try fixture.server.kill()
      try fixture.server.restart()
      let bob = try fixture.server.connect()
      try bob.logIn("bob")
      try eventually("the deadline") { try bob.deployment(1).at("status") == "failed" }
      #expect(try bob.deployment(2).at("status") == "running")
    }
  }

  @Test func `what a deadline frees is given on at once`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy("short", gpu: 1, ["max_duration": 0.3])
      let next = try fixture.bob.deploy("next", gpu: 1)
      #expect(next.at("status") == "pending")
      try fixture.alice.call("events.subscribe", ["types": ["deployment.started"], "deployment_id": 2])
      let started = try #require(try fixture.alice.nextEvent())
      let over = try fixture.bob.deployment(1)
      #expect(started.at("time") == over.at("finished_at"))
      try fixture.bob.requireHonestUsage()
    }
  }

  @Test func `a retry starts anew with a time of its own`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy("job", ["retries": 2, "max_duration": 3600])
      for attempt in 1...2 {
        let retried = try bob.change(
          "fail", 1, ["attempt": .int(attempt), "exit_code": 7, "message": "oops"])
        #expect(retried.at("status") == "running" && retried.at("attempt") == .int(attempt + 1))
        #expect(retried.at("finished_at") == .null && retried.at("preemptions") == 0)
      }
      let failed = try bob.change("fail", 1, ["exit_code": 7, "message": "again"])
      #expect(failed.at("status") == "failed" && failed.at("attempt") == 3)
      #expect(failed.at("exit_code") == 7 && failed.at("message") == "again")
      #expect(failed.at("reason", "code") == "failed")
    }
  }

  @Test func `min_runtime protects until it is over, and then no longer`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy("young", gpu: 1, ["min_runtime": 0.6, "priority": 10])
      try fixture.bob.deploy("fixed", ["preemptible": false, "required_ram": 10])
      let urgent = try fixture.alice.deploy("urgent", gpu: 1, ["priority": 90])
      #expect(urgent.at("status") == "pending" && urgent.at("reason") != .null)
      try fixture.alice.call("events.subscribe", ["types": ["deployment.preempted", "deployment.started"]])
      let preempted = try #require(try fixture.alice.nextEvent())
      #expect(preempted.at("data", "deployment_id") == 1 && preempted.at("data", "by") == 3)
      #expect(try fixture.alice.nextEvent()?.at("data", "deployment_id") == 3)
      let young = try fixture.bob.deployment(1)
      #expect(young.at("status") == "pending" && young.at("preemptions") == 1)
      try fixture.alice.change("complete", 3)
      #expect(try fixture.bob.deployment(1).at("attempt") == 2)
      // What is not preemptible stays, whoever wants its place.
      let greedy = try fixture.alice.deploy("greedy", ["priority": 100, "required_ram": 10])
      #expect(greedy.at("status") == "pending")
      #expect(try fixture.bob.deployment(2).at("status") == "running")
      try fixture.bob.requireHonestUsage()
    }
  }
}
