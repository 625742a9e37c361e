import JSON
import TestSupport
import Testing

/// The strategies that clusters can be given, as names and as parts.
struct StrategyTests {
  private func use(_ strategy: JSONValue, _ fixture: Fixture) throws -> JSONValue {
    try fixture.alice.call("clusters.update", ["cluster_id": 1, "strategy": strategy]).at(
      "cluster", "strategy")
  }

  @Test func `every strategy that is listed can be given by name, and each value of the default by itself`()
    throws
  {
    try withFixture { fixture in
      let listed = try fixture.bob.call("scheduler.strategies").at("strategies").array ?? []
      #expect(listed.first?.at("name") == "priority")
      for strategy in listed {
        #expect(try use(strategy.at("name"), fixture) == strategy.at("name"))
      }
      for option in listed[0].at("options").array ?? [] {
        for value in option.at("values").array ?? [option.at("default")] {
          let parts: JSONValue = .object([option.at("name").string ?? "": value])
          #expect(try use(parts, fixture) == parts)
        }
      }
    }
  }

  @Test func `what is no strategy is told where it goes wrong, and changes nothing`() throws {
    try withFixture { fixture in
      let wrong: [(JSONValue, String)] = [
        ("sideways", "/strategy"), (["order": "sideways"], "/strategy/order"),
        (["placement": 3], "/strategy/placement"), (["depth": 0], "/strategy/depth"),
        (["speed": 1], "/strategy/speed"),
      ]
      for (strategy, pointer) in wrong {
        let params: JSONObject = ["cluster_id": 1, "strategy": strategy]
        let refused = try fixture.alice.refusal("clusters.update", params, isValid: false)
        #expect(refused.code == -32602)
        let named = refused.data["errors"]?.array?.map { $0.at("pointer").string ?? "" } ?? []
        #expect(
          named.contains { $0.hasPrefix("/strategy") && pointer.hasPrefix($0) }, "\(strategy.text): \(named)")
      }
      #expect(try fixture.bob.cluster().at("strategy") == "priority")
    }
  }

  @Test func `a strategy is kept as it was given, over restarts, and planned by`() throws {
    try withFixture { fixture in
      let parts: JSONValue = ["order": "fifo", "backfill": "none", "preemption": "none"]
      #expect(try use(parts, fixture) == parts)
      try fixture.server.kill()
      try fixture.server.restart()
      let bob = try fixture.server.connect()
      try bob.logIn("bob")
      #expect(try bob.cluster().at("strategy") == parts)
      try bob.deploy(["required_cpu": 5])
      try bob.deploy(["required_cpu": 5])
      let late = try bob.deploy(["priority": 100])
      #expect(late.at("status") == "pending", "nobody passes and nobody gives way")
      #expect(late.at("reason", "code") == "reserved_for")
      let why = try bob.call("deployments.explain", ["deployment_id": 3])
      #expect(why.at("reason", "blockers") == [2])
      #expect(
        why.at("preemption") == ["considered": false, "why_not": "The cluster's strategy preempts nobody."])
      try bob.change("complete", 1)
      #expect(try bob.deployment(3).at("status") == "running")
    }
  }

  @Test func `who becomes the first in line and cannot start is told in an event, once`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      try bob.deploy(["required_cpu": 5])
      try bob.deploy(["required_cpu": 5])
      try bob.deploy()
      try bob.deploy()
      let events = try bob.call("events.list_all", ["types": ["deployment.blocked"]]).at("events").array ?? []
      #expect(events.map { $0.at("data", "deployment_id") } == [2])
    }
  }
}
