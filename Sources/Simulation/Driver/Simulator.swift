import Model
import POSIX
import Scheduling

/// A run of a workload through a strategy on a virtual clock.
///
/// It feeds the snapshot with the row changes that a service's events make, and asks for plans as a service does:
/// after every single event, until the strategy wants nothing more. At one time ends come before arrivals. A preempted
/// job starts from zero. An estimate is what the strategy may know of a duration; nothing is killed at its end.
package struct Simulator {
  private static let clusterID = ClusterID(1)
  private static let organizationID = OrganizationID(1)

  private let workload: Workload
  private var strategy: any Strategy
  private let options: SimulationOptions
  private var snapshot: ClusterSnapshot
  /// The job at index i is the deployment i + 1.
  private var rows: [Deployment] = []
  private var ends = EndQueue()
  /// When time alone could next change the plan.
  private var wakeAt: Timestamp?
  private var now = Timestamp(milliseconds: 0)
  private var ledger: Ledger
  /// Looked at after each event once all is planned; tests hold the invariants against it.
  private let observe: (ClusterSnapshot, [Deployment], Timestamp) -> Void

  private init(
    _ workload: Workload, _ strategy: any Strategy, _ options: SimulationOptions,
    _ observe: @escaping (ClusterSnapshot, [Deployment], Timestamp) -> Void
  ) {
    self.workload = workload
    self.strategy = strategy
    self.options = options
    self.observe = observe
    snapshot = ClusterSnapshot(clusterID: Self.clusterID, rules: strategy.rules)
    for (index, node) in workload.nodes.enumerated() {
      snapshot.put(
        Node(
          id: NodeID(index + 1), clusterID: Self.clusterID, organizationID: Self.organizationID,
          name: node.name, capacity: node.capacity, labels: node.labels))
    }
    if options.knowsShapes {
      snapshot.expect(workload.jobs.reduce(into: [:]) { $0[Shape($1.required), default: 0] += 1 })
    }
    ledger = Ledger(workload, capacity: snapshot.capacity, keepsTimeline: options.keepsTimeline)
    rows.reserveCapacity(workload.jobs.count)
  }

  package static func run(
    _ workload: Workload, by strategy: any Strategy, _ options: SimulationOptions = SimulationOptions(),
    observe: @escaping (ClusterSnapshot, [Deployment], Timestamp) -> Void = { _, _, _ in }
  ) -> Simulation {
    var simulator = Simulator(workload, strategy, options, observe)
    simulator.run()
    return Simulation(ledger: simulator.ledger)
  }

  // MARK: - Time

  private enum Happening {
    case end(EndQueue.End)
    case wake(Timestamp)
    case arrival(Int)
  }

  private mutating func run() {
    settle()
    while let happening = next() {
      switch happening {
      case .end(let end): finish(end)
      case .wake(let time):
        advance(to: time)
        decide { $0.settle() }
      case .arrival(let index): arrive(index)
      }
      observe(snapshot, rows, now)
    }
    ledger.close(at: now)
  }

  private mutating func next() -> Happening? {
    let end = ends.first?.time ?? .max
    let wake = wakeAt?.milliseconds ?? .max
    let arrival = rows.count < workload.jobs.count ? workload.jobs[rows.count].submit : .max
    let time = min(end, wake, arrival)
    guard time < .max else { return nil }
    if end == time { return ends.popFirst().map(Happening.end) }
    if wake == time {
      wakeAt = nil
      return .wake(Timestamp(milliseconds: time))
    }
    return stopsBefore(rows.count) ? nil : .arrival(rows.count)
  }

  private func stopsBefore(_ index: Int) -> Bool {
    guard let limit = options.untilArrived else { return false }
    return Double(ledger.allocation.percent(with: workload.jobs[index].required.gpu)) > limit
  }

  private mutating func advance(to time: Timestamp) {
    // A wake-up in the past is one for now.
    now = max(now, time)
    ledger.advance(to: now)
  }

  // MARK: - What happens

  private mutating func arrive(_ index: Int) {
    let job = workload.jobs[index]
    advance(to: Timestamp(milliseconds: job.submit))
    let row = deployment(job, index)
    rows.append(row)
    ledger.arrived(index)
    // A service refuses at creation what can never fit.
    if canEverFit(job) {
      decide { simulator in
        simulator.snapshot.change(from: nil, to: row)
        simulator.settle()
        if simulator.options.dropUnfit, simulator.rows[index].phase == .pending { simulator.drop(index) }
      }
    } else {
      ledger.dropped(index)
    }
    ledger.planned(pending: snapshot.queue.count)
  }

  private func canEverFit(_ job: SimulatedJob) -> Bool {
    guard !job.conditions.isEmpty else { return Admission.canEverFit(job.required, in: snapshot) }
    let allowed = snapshot.nodes.lazy.map(\.node).filter { job.conditions.areMet(by: $0.labels) }
    return Admission.canEverFit(job.required, in: allowed)
  }

  private mutating func drop(_ index: Int) {
    let outcome = Outcome(
      status: .cancelled, exitCode: nil, message: nil,
      reason: Reason(code: "unfit", message: "It did not start when it was submitted."), at: now, attempt: nil
    )
    change(index, .finished(outcome))
    ledger.dropped(index)
    settle()
  }

  private mutating func finish(_ end: EndQueue.End) {
    guard let attempt = rows[end.job].phase.liveAttempt, attempt.number == end.attempt else { return }
    advance(to: Timestamp(milliseconds: end.time))
    decide { simulator in
      let outcome = Outcome(
        status: .completed, exitCode: 0, message: nil, reason: nil, at: simulator.now, attempt: attempt)
      simulator.change(end.job, .finished(outcome))
      simulator.ledger.stopped(end.job, attempt, .finished)
      simulator.settle()
    }
    ledger.notePending(snapshot.queue.count)
  }

  private func deployment(_ job: SimulatedJob, _ index: Int) -> Deployment {
    let spec = DeploymentSpec(
      name: job.name, imagePath: "", required: job.required,
      maxDuration: job.estimate.map { Double($0) / 1000 }, minRuntime: job.minRuntime,
      preemptible: job.isPreemptible, conditions: job.conditions)
    return Deployment(
      id: DeploymentID(index + 1), clusterID: Self.clusterID, organizationID: Self.organizationID,
      userID: ledger.fairness.user(named: job.user), spec: spec, priority: job.priority,
      createdAt: Timestamp(milliseconds: job.submit))
  }

  private mutating func change(_ index: Int, _ change: DeploymentChange) {
    let old = rows[index]
    rows[index].apply(change, at: now)
    snapshot.change(from: old, to: rows[index])
  }

  // MARK: - Planning

  /// Measures what one event costs: its row change, and all plans that follow from it.
  private mutating func decide(_ body: (inout Simulator) -> Void) {
    let start = SystemClock.monotonicNanoseconds()
    body(&self)
    ledger.decided(nanoseconds: SystemClock.monotonicNanoseconds() - start)
  }

  private mutating func settle() {
    while true {
      let plan = snapshot.takePlan(by: &strategy, now: now)
      // One for now or before would be asked for again at once, and for ever.
      wakeAt = plan.wakeAt.flatMap { $0 > now ? $0 : nil }
      guard !plan.isEmpty else { return }
      for head in plan.blocked { change(head.rawValue - 1, .blocked) }
      for preemption in plan.preemptions { preempt(preemption) }
      for start in plan.starts { begin(start) }
    }
  }

  private mutating func preempt(_ preemption: Plan.Preemption) {
    let index = preemption.victim.rawValue - 1
    guard let attempt = rows[index].phase.liveAttempt else { return }
    change(index, .preempted(by: preemption.by))
    ledger.stopped(index, attempt, .preempted)
  }

  private mutating func begin(_ start: Plan.Start) {
    let index = start.deploymentID.rawValue - 1
    let attempt = Attempt(
      number: rows[index].attempts + 1, nodeID: start.nodeID,
      nodeName: workload.nodes[start.nodeID.rawValue - 1].name, gpus: start.gpus, startedAt: now)
    change(index, .started(attempt))
    ledger.started(index, attempt)
    guard let duration = workload.jobs[index].duration else { return }
    ends.insert(.init(time: now.milliseconds + duration, job: index, attempt: attempt.number))
  }
}
