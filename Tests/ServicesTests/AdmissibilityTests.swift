import Model
import Services
import TestSupport
import Testing

@Suite struct AdmissibilityTests {
  private func refusal(_ fixture: DecisionFixture, _ request: DeploymentRequest, as name: String = "ann")
    throws
    -> ServiceError
  {
    let error = try fixture.refusal(as: name) { try Deployments.create(request, by: $0, &$1) }
    // What is refused is refused as a plan too, in the same words.
    let planned = try fixture.refusal(as: name) { try RequestDryRun.plan(request, for: $0, $1) { true } }
    #expect("\(planned)" == "\(error)")
    return error
  }

  @Test func `nothing, and what no node could ever hold, is refused`() throws {
    try withDecisions { fixture in
      try fixture.cluster(cores: [4, 2])
      guard case .invalid("/required_cpu", _) = try refusal(fixture, fixture.request(0)) else {
        Issue.record("nothing was asked for")
        return
      }
      #expect(try refusal(fixture, fixture.request(5)).kind == "unschedulable")
      // It fits an empty cluster, and waits.
      let first = try fixture.deploy(4)
      let second = try fixture.deploy(4)
      #expect(try fixture.status(first, second) == ["running", "pending"])
    }
  }

  @Test func `a node that its conditions rule out does not count`() throws {
    try withDecisions { fixture in
      try fixture.cluster(cores: [4])
      let labels = [StringPair(key: "zone", value: "a")]
      try fixture.decide(as: "ann") {
        let node = NodeRequest(name: "small", capacity: .cores(2), labels: labels)
        _ = try Nodes.add(node, toCluster: ClusterID(1), by: $0, &$1)
      }
      let conditions = [LabelCondition(key: "zone", values: ["a"])]
      #expect(try refusal(fixture, fixture.request(3, where: conditions)).kind == "unschedulable")
      let request = fixture.request(2, where: conditions)
      let id = try fixture.decide(as: "ann") { try Deployments.create(request, by: $0, &$1) }
      #expect(try fixture.deployment(id).phase.liveAttempt?.nodeName == "small")
    }
  }

  @Test func `who asks on an older plan is told`() throws {
    try withDecisions { fixture in
      try fixture.cluster(cores: [4])
      let revision = try fixture.read { try #require($0.fold.state.clusters[ClusterID(1)]).revision }
      let request = fixture.request(1, ifRevision: revision)
      try fixture.decide(as: "ann") { _ = try Deployments.create(request, by: $0, &$1) }
      #expect(try refusal(fixture, request).kind == "conflict")
    }
  }

  @Test func `what depends on one that failed is refused, on one that completed it starts`() throws {
    try withDecisions { fixture in
      try fixture.cluster(cores: [4])
      let (done, cancelled) = (try fixture.deploy(1), try fixture.deploy(1))
      try fixture.complete(done)
      try fixture.cancel(cancelled)
      #expect(try fixture.status(try fixture.deploy(1, after: [done])) == ["running"])
      #expect(try refusal(fixture, fixture.request(1, after: [cancelled])).kind == "conflict")
      #expect(try refusal(fixture, fixture.request(1, after: [DeploymentID(99)])).kind == "not_found")
    }
  }

  @Test func `a ceiling on priority binds members, and is what they get who ask for none`() throws {
    try withDecisions { fixture in
      try fixture.cluster(cores: [4])
      try fixture.join("bob")
      try fixture.join("kim", as: .operator)
      try fixture.decide(as: "ann") { try Organizations.setLimits(by: $0, &$1) { $0.memberPriority = 20 } }
      #expect(try refusal(fixture, fixture.request(1, priority: 21), as: "bob").kind == "quota_exceeded")
      #expect(try fixture.deployment(try fixture.deploy(1, as: "bob")).priority == 20)
      #expect(
        try fixture.deployment(try fixture.deploy(1, as: "kim")).priority == Deployments.defaultPriority)
      #expect(try fixture.deployment(try fixture.deploy(1, as: "kim", priority: 100)).priority == 100)
      let bobs = DeploymentID(1)
      let raise = { (caller: Caller, work: inout Work) in
        try Deployments.reprioritize(bobs, to: 21, by: caller, &work)
      }
      #expect(try fixture.refusal(as: "bob", raise).kind == "quota_exceeded")
      try fixture.decide(as: "kim", raise)
    }
  }

  @Test func `what is above a user's limit by itself is refused, what is so with the rest waits`() throws {
    try withDecisions { fixture in
      try fixture.cluster("a", cores: [4])
      try fixture.cluster("b", cores: [4])
      try fixture.decide(as: "ann") {
        try Organizations.setLimits(by: $0, &$1) {
          $0.userCPU = .whole(3)
          $0.userPending = 1
        }
      }
      #expect(try refusal(fixture, fixture.request(4)).kind == "quota_exceeded")
      let first = try fixture.deploy(2)
      // The limit counts what runs in all clusters together.
      let second = try fixture.deploy(2, in: ClusterID(2))
      #expect(try fixture.status(first, second) == ["running", "pending"])
      #expect(
        try fixture.read { $0.fold.reason(for: try fixture.deployment(second), now: fixture.now)?.code }
          == "quota")
      #expect(try refusal(fixture, fixture.request(1)).kind == "quota_exceeded")
      // Its end in one cluster lets the other start, in the same transaction.
      try fixture.complete(first)
      #expect(try fixture.status(second) == ["running"])
    }
  }

  /// On a small cluster that fills up: `plan` says what `create` then does.
  @Test(arguments: 1...6) func `what a plan says is what becomes of it`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    try withDecisions { fixture in
      try fixture.cluster(cores: [4, 3])
      var verdicts: Set<String> = []
      for _ in 0..<25 {
        let request = fixture.request(
          .random(in: 1...3, using: &random), priority: .random(in: 0...100, using: &random))
        let plan = try fixture.decide(as: "ann") { try RequestDryRun.plan(request, for: $0, $1) { true } }
        let id = try fixture.decide(as: "ann") { try Deployments.create(request, by: $0, &$1) }
        let now = try fixture.deployment(id)
        verdicts.insert(plan.verdict.rawValue)
        #expect((plan.verdict == .wait) == (now.phase == .pending))
        #expect(
          plan.node?.id == now.phase.liveAttempt?.nodeID && plan.gpus == now.phase.liveAttempt?.gpus ?? [])
        #expect((plan.verdict == .preempt) == !plan.victims.isEmpty)
        for victim in plan.victims {
          #expect(try fixture.deployment(victim.id).preemptions == victim.preemptions + 1)
        }
        try fixture.pass(seconds: 10)
        let running = try fixture.read { work in
          work.fold.state.deployments.filter { $0.phase.liveAttempt != nil }.map(\.id)
        }
        if random.oneIn(3), let end = running.randomElement(using: &random) { try fixture.complete(end) }
      }
      #expect(verdicts.isSuperset(of: ["start", "wait"]), "\(verdicts)")
    }
  }
}
