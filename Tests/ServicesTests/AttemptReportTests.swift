import Model
import Services
import Testing

extension DecisionFixture {
  /// What the agent of node `box` says of the deployment's current attempt, or of another.
  func report(
    _ id: DeploymentID, _ phase: Observation.Phase, attempt: Int? = nil, exitCode: Int? = nil,
    message: String? = nil, checkpoint: String? = nil, isFenced: Bool = false, by name: String = "box"
  ) throws {
    let current = try deployment(id).attempts
    let observation = Observation(
      deploymentID: id, attempt: attempt ?? current, phase: phase, exitCode: exitCode, message: message,
      checkpoint: checkpoint, isFenced: isFenced)
    try decide { work in try AttemptReports.take([observation], on: try node(name, work), &work) }
  }

  func node(_ name: String, _ work: borrowing Work) throws -> Node {
    try #require(work.fold.state.nodes.first { $0.name == name })
  }

  fileprivate func lose(_ name: String) throws {
    try decide { work in try AttemptReports.lose(try node(name, work), &work) }
  }

  fileprivate func hear(_ name: String) throws {
    try decide { work in try Nodes.heard(try node(name, work), &work) }
  }
}

@Suite struct AttemptReportTests {
  @Test func `an attempt runs when its agent says so, and ends as its exit code says`() throws {
    try withDecisions { fixture in
      try fixture.cluster(managed: ["box": 4])
      let (good, bad) = (try fixture.deploy(1), try fixture.deploy(1))
      #expect(try fixture.status(good, bad) == ["starting", "starting"])
      for id in [good, bad] { try fixture.report(id, .running, message: "cpu is not limited") }
      #expect(try fixture.status(good, bad) == ["running", "running"])
      #expect(try fixture.deployment(good).note == "cpu is not limited")
      try fixture.report(good, .exited, exitCode: 0)
      try fixture.report(bad, .exited, exitCode: 3)
      #expect(try fixture.status(good, bad) == ["completed", "failed"])
    }
  }

  @Test func `a report that comes again changes nothing`() throws {
    try withDecisions { fixture in
      try fixture.cluster(managed: ["box": 1])
      let id = try fixture.deploy(1)
      let says: [() throws -> Void] = [
        { try fixture.report(id, .running, message: "on two cores", checkpoint: "step 5") },
        { try fixture.report(id, .exited, attempt: 1, exitCode: 0) },
      ]
      for say in says {
        try say()
        let seq = try fixture.read { $0.recordedSeq }
        try say()
        #expect(try fixture.read { $0.recordedSeq } == seq)
      }
    }
  }

  @Test func `nothing is believed of an attempt that is not current, or of another's node`() throws {
    try withDecisions { fixture in
      try fixture.cluster(managed: ["box": 1, "other": 1])
      let first = try fixture.deploy(1, retries: 1)
      let second = try fixture.deploy(1)
      #expect(try fixture.deployment(first).phase.liveAttempt?.nodeName == "box")
      try fixture.report(second, .exited, exitCode: 0)
      try fixture.report(first, .exited, exitCode: 0, by: "other")
      try fixture.report(first, .exited, attempt: 2, exitCode: 0)
      #expect(try fixture.status(first, second) == ["starting", "starting"])
    }
  }

  @Test func `after an order to stop, any end is what was ordered`() throws {
    try withDecisions { fixture in
      try fixture.cluster(managed: ["box": 1])
      for exitCode in [0, 1, nil] {
        let id = try fixture.deploy(1, retries: 5)
        try fixture.cancel(id)
        #expect(try fixture.status(id) == ["stopping"])
        try fixture.report(id, .exited, exitCode: exitCode)
        #expect(try fixture.status(id) == ["cancelled"])
      }
    }
  }

  @Test func `what was lost with its node is tried again, five times`() throws {
    try withDecisions { fixture in
      try fixture.cluster(managed: ["box": 1])
      let id = try fixture.deploy(1)
      for losses in 1...5 {
        if losses % 2 == 0 {
          try fixture.report(id, .exited, isFenced: true)
        } else {
          try fixture.lose("box")
        }
        #expect(try fixture.deployment(id).losses == losses && fixture.deployment(id).retriesUsed == 0)
        // A lost node runs nothing until its agent is heard again.
        if losses % 2 == 1 { #expect(try fixture.status(id) == ["pending"]) }
        try fixture.hear("box")
        #expect(try fixture.status(id) == ["starting"])
      }
      try fixture.lose("box")
      guard case .finished(let outcome) = try fixture.deployment(id).phase else {
        Issue.record("\(try fixture.status(id))")
        return
      }
      #expect(outcome.reason?.code == "node_lost")
    }
  }

  @Test func `an agent is told of all that lives on its node, and of what it has besides`() throws {
    try withDecisions { fixture in
      try fixture.cluster(managed: ["box": 2])
      let (kept, cancelled) = (try fixture.deploy(1), try fixture.deploy(1))
      try fixture.cancel(cancelled)
      let stale = Observation(
        deploymentID: DeploymentID(77), attempt: 4, phase: .running, exitCode: nil, message: nil,
        checkpoint: nil)
      let over = Observation(
        deploymentID: DeploymentID(78), attempt: 1, phase: .exited, exitCode: 0, message: nil, checkpoint: nil
      )
      let desired = try fixture.read { work in
        DesiredAttempt.all(on: try fixture.node("box", work), besides: [stale, over], work)
      }
      #expect(desired.map(\.deploymentID) == [kept, cancelled, stale.deploymentID])
      guard case .run = desired[0].action, case .stop(let order) = desired[1].action,
        case .cancelled(let user) = order.cause, case .stopStale = desired[2].action
      else {
        Issue.record("\(desired)")
        return
      }
      #expect(user == "ann" && !DesiredAttempt.isSettled(desired, []))
    }
  }

  @Test func `an agent that runs what it should, and has told of every end, has nothing to do`() throws {
    try withDecisions { fixture in
      try fixture.cluster(managed: ["box": 1])
      let id = try fixture.deploy(1)
      func isSettled(_ phases: [Observation.Phase]) throws -> Bool {
        let observed = phases.map {
          Observation(deploymentID: id, attempt: 1, phase: $0, exitCode: nil, message: nil, checkpoint: nil)
        }
        return try fixture.read { work in
          let desired = DesiredAttempt.all(on: try fixture.node("box", work), besides: observed, work)
          return DesiredAttempt.isSettled(desired, observed)
        }
      }
      #expect(try isSettled([.running]) && isSettled([.starting]))
      #expect(try !isSettled([]) && !isSettled([.exited]))
    }
  }
}
