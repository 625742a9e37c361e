import JSON
import Model
import Scheduling
import Simulation
import TestSupport
import Testing

/// A strategy from outside, of no parts and without bookkeeping, does all that those of the catalog do.
struct ExampleStrategyTests {
  private static let catalog = StrategyCatalog.all + [ExampleStrategy()]

  private func row(
    _ id: Int, _ demand: Resources, lasting seconds: Double?, conditions: [LabelCondition] = []
  )
    -> Deployment
  {
    Rows.deployment(id, demand, maxDuration: seconds, conditions: conditions)
  }

  @Test func `it is made by name, and told what its option takes and nothing else`() throws {
    #expect(try StrategyCatalog.make("example", from: Self.catalog).name == "example")
    #expect(throws: StrategyChoiceError.self) { try StrategyCatalog.make("example") }
    let told = try ExampleStrategy().told(["short": 60])
    #expect(told.options.map(\.value.json) == [60])
    for wrong in [["short": -1], ["short": "long"], ["depth": 1]] as [JSONObject] {
      #expect(throws: StrategyChoiceError.self) { try ExampleStrategy().told(wrong) }
    }
  }

  @Test func `short ones go first, where the fewest run, and only where limits and labels let them`() {
    var strategy: any Strategy = ExampleStrategy(short: 60)
    var snapshot = ClusterSnapshot(clusterID: Rows.clusterID, rules: strategy.rules)
    snapshot.put(Rows.node(1, Resources(2000, 2000)))
    snapshot.put(Rows.node(2, Resources(2000, 2000), labels: [StringPair(key: "zone", value: "b")]))
    let one = Resources(1000, 1000)
    var rows = [row(1, one, lasting: nil), row(2, one, lasting: 60), row(3, one, lasting: 61)]
    rows.append(Rows.deployment(4, one, maxDuration: 1, user: 2))
    for row in rows { snapshot.change(from: nil, to: row) }
    snapshot.setAllowance(of: UserID(2), to: .zero)
    var starts: [Plan.Start] = []
    while let start = snapshot.takePlan(by: &strategy, now: Rows.epoch).starts.first {
      starts.append(start)
      let row = rows[start.deploymentID.rawValue - 1]
      snapshot.change(
        from: row, to: row.started(on: snapshot[start.nodeID]!.node, start.gpus, at: Rows.epoch))
    }
    #expect(starts.map(\.deploymentID.rawValue) == [2, 1, 3])
    #expect(starts.map(\.nodeID.rawValue) == [1, 2, 1])
    snapshot.paused = true
    snapshot.setAllowance(of: UserID(2), to: nil)
    #expect(snapshot.takePlan(by: &strategy, now: Rows.epoch).isEmpty)
    snapshot.paused = false
    #expect(snapshot.takePlan(by: &strategy, now: Rows.epoch).starts.map(\.deploymentID.rawValue) == [4])
  }

  @Test(arguments: 0..<20) func `in a simulation nobody waits who fits, and nothing is given out twice`(
    seed: Int
  ) {
    var random = SeededRandom(seed: seed)
    let nodes = (1...3).map {
      SimulatedNode(
        name: "n\($0)", capacity: Resources(random.pick([2000, 4000]), 4000, random.pick([0, 2000])))
    }
    let jobs = (0..<60).map { place in
      let duration = random.pick([5000, 50_000])
      return SimulatedJob(
        name: "j\(place)", submit: place * 2000, duration: duration, estimate: random.pick([duration, nil]),
        required: Resources(random.pick([500, 1000, 2000]), 500, random.pick([0, 0, 500, 1000])))
    }
    var waited = 0
    let workload = Workload(nodes: nodes, jobs: jobs)
    let simulation = Simulator.run(workload, by: ExampleStrategy(short: 10)) { snapshot, rows, _ in
      for node in snapshot.nodes {
        let held = node.allocations.values.reduce(Resources.zero) { $0 + $1.held }
        #expect(held == node.used && held.fits(in: node.node.capacity))
        #expect(node.devices.free.allSatisfy { $0 >= .zero })
      }
      for row in rows where row.phase == .pending {
        waited += 1
        #expect(!snapshot.nodes.contains { $0.freeCapacity.holds(row.spec.required) })
      }
    }
    #expect(waited > 0)
    let result = SimulationResult(simulation)
    #expect(result.started + result.dropped == 60, "what no node could ever hold is dropped")
  }

  @Test func `what it does is explained and foreseen like that of any other`() throws {
    let strategy = ExampleStrategy()
    var snapshot = ClusterSnapshot(clusterID: Rows.clusterID, rules: strategy.rules)
    let node = Rows.node(1, Resources(1000, 1000))
    snapshot.put(node)
    let running = row(1, Resources(1000, 1000), lasting: 100).started(on: node, [], at: Rows.epoch)
    let waiting = row(2, Resources(1000, 1000), lasting: nil)
    for row in [running, waiting] { snapshot.change(from: nil, to: row) }
    let explanation = Explanation(for: waiting, in: snapshot, by: strategy, now: Rows.epoch)
    #expect(explanation.reason.code == "insufficient_cpu" && explanation.blockers == [running.id])
    let answer = PreemptionAnswer(for: waiting, in: snapshot, by: strategy, now: Rows.epoch)
    #expect(!answer.isConsidered && answer.whyNot == "The cluster's strategy preempts nobody.")
    let rows = [running.id: running, waiting.id: waiting]
    let dryRun = DryRun(
      snapshot, by: strategy, now: Rows.epoch, recorded: { rows[$0] }, allowance: { _ in nil })
    var forecast = Forecast(of: waiting.id, in: dryRun)
    #expect(forecast.estimate().startsAt == Rows.epoch + 100)
  }
}
