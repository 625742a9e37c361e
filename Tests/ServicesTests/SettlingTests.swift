import Model
import Services
import Testing

@Suite struct SettlingTests {
  @Test
  func `what fits starts in the transaction that asks for it, what ends makes room in the one that says so`()
    throws
  {
    try withDecisions { fixture in
      try fixture.cluster(cores: [2])
      let first = try fixture.deploy(2)
      let low = try fixture.deploy(1, priority: 10)
      let high = try fixture.deploy(2, priority: 60)
      #expect(try fixture.status(first, low, high) == ["running", "pending", "pending"])
      try fixture.complete(first)
      #expect(try fixture.status(low, high) == ["pending", "running"])
    }
  }

  @Test func `a paused cluster starts nothing until it is resumed`() throws {
    try withDecisions { fixture in
      let cluster = try fixture.cluster(cores: [2])
      func pause(_ paused: Bool) throws {
        try fixture.decide(as: "ann") {
          try Clusters.update(cluster, name: nil, strategy: nil, paused: paused, by: $0, &$1)
        }
      }
      try pause(true)
      let id = try fixture.deploy(1)
      #expect(try fixture.status(id) == ["pending"])
      try pause(false)
      #expect(try fixture.status(id) == ["running"])
    }
  }

  @Test func `whoever depends on one that ends otherwise than completed fails with it, and so on`() throws {
    try withDecisions { fixture in
      try fixture.cluster(cores: [4])
      let first = try fixture.deploy(1)
      let second = try fixture.deploy(1, after: [first])
      let third = try fixture.deploy(1, after: [second])
      let other = try fixture.deploy(1)
      #expect(try fixture.status(first, second, third) == ["running", "pending", "pending"])
      try fixture.cancel(first)
      #expect(try fixture.status(second, third, other) == ["failed", "failed", "running"])
      guard case .finished(let outcome) = try fixture.deployment(third).phase else { return }
      #expect(outcome.reason?.code == "dependency")
    }
  }

  @Test func `an urgent one preempts at once, and its victim waits again with its age`() throws {
    try withDecisions { fixture in
      try fixture.cluster(cores: [2])
      let victim = try fixture.deploy(2, priority: 10)
      let createdAt = fixture.now
      try fixture.pass(seconds: 60)
      let urgent = try fixture.deploy(1, priority: 95)
      #expect(try fixture.status(victim, urgent) == ["pending", "running"])
      #expect(try fixture.deployment(victim).preemptions == 1)
      #expect(try fixture.deployment(victim).createdAt == createdAt)
      try fixture.complete(urgent)
      #expect(try fixture.deployment(victim).phase.liveAttempt?.number == 2)
    }
  }

  @Test func `where an agent has to stop the victim, a place is nominated until it has`() throws {
    try withDecisions { fixture in
      try fixture.cluster(managed: ["box": 2])
      let victim = try fixture.deploy(2, priority: 10)
      try fixture.report(victim, .running)
      let urgent = try fixture.deploy(2, priority: 95)
      #expect(try fixture.status(victim, urgent) == ["stopping", "pending"])
      #expect(try fixture.deployment(urgent).phase.nomination?.nodeName == "box")
      try fixture.report(victim, .exited, exitCode: 0)
      #expect(try fixture.status(victim, urgent) == ["pending", "starting"])
    }
  }

  @Test func `a nomination that has become more than its user may have is withdrawn`() throws {
    try withDecisions { fixture in
      try fixture.cluster(managed: ["box": 2])
      try fixture.join("bob")
      let victim = try fixture.deploy(2, priority: 10)
      let nominee = try fixture.deploy(2, as: "bob", priority: 95)
      #expect(try fixture.deployment(nominee).phase.nomination != nil)
      try fixture.decide(as: "ann") { try Organizations.setLimits(by: $0, &$1) { $0.userCPU = .one } }
      #expect(try fixture.deployment(nominee).phase == .pending)
      #expect(try fixture.status(victim) == ["stopping"])
    }
  }

  @Test func `an attempt that lasts too long ends at its deadline, where an agent runs it by its order`()
    throws
  {
    try withDecisions { fixture in
      try fixture.cluster(cores: [1])
      try fixture.cluster("managed", managed: ["box": 1])
      let plain = try fixture.deploy(1, maxDuration: 60)
      let managed = try fixture.deploy(1, in: ClusterID(2), maxDuration: 60)
      #expect(try fixture.read { $0.fold.nextWake } == fixture.now + 60)
      try fixture.pass(seconds: 59.999)
      #expect(try fixture.status(plain, managed) == ["running", "starting"])
      try fixture.pass(seconds: 0.001)
      #expect(try fixture.status(plain, managed) == ["failed", "stopping"])
      try fixture.report(managed, .exited, exitCode: 0)
      #expect(try fixture.status(managed) == ["failed"])
      guard case .finished(let outcome) = try fixture.deployment(managed).phase else { return }
      #expect(outcome.reason?.code == "deadline" && outcome.exitCode == 0)
    }
  }

  @Test func `the loser of a retry pauses before the next one`() throws {
    try withDecisions { fixture in
      try fixture.cluster(managed: ["box": 1])
      let id = try fixture.deploy(1, retries: 2)
      for (attempt, pause) in [(1, 1.0), (2, 2)] {
        try fixture.report(id, .exited, exitCode: 9)
        #expect(try fixture.deployment(id).phase == .pending)
        #expect(try fixture.read { $0.fold.nextWake } == fixture.now + pause)
        try fixture.pass(seconds: pause)
        #expect(try fixture.deployment(id).phase.liveAttempt?.number == attempt + 1)
      }
      try fixture.report(id, .exited, exitCode: 9)
      #expect(try fixture.status(id) == ["failed"])
    }
  }
}
