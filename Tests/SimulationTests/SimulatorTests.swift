import JSON
import Model
import Scheduling
import Simulation
import TestSupport
import Testing

@Suite struct SimulatorTests {
  private func result(
    _ nodes: [SimulatedNode], _ jobs: [SimulatedJob], _ options: SimulationOptions = SimulationOptions()
  ) -> SimulationResult {
    SimulationResult(
      Simulator.run(Workload(nodes: nodes, jobs: jobs), by: StrategyCatalog.standard, options))
  }

  @Test func `jobs that wait for each other have the times one can count on the fingers`() {
    let result = result(
      [Workloads.node(cpu: 4)],
      [Workloads.job(0, 100, cpu: 4), Workloads.job(10, 5, cpu: 4), Workloads.job(20, 50, cpu: 4)])
    #expect(result.jobs == 3 && result.started == 3 && result.dropped == 0)
    #expect(result.makespan == 155)
    // Starts at 0, 100, 105.
    #expect(result.all.wait?.mean == (0.0 + 90 + 85) / 3)
    #expect(result.all.wait?.p50 == 85 && result.all.wait?.max == 90)
    #expect(result.all.flow?.mean == (100.0 + 95 + 135) / 3)
    // The run of 5 seconds counts as 10.
    #expect(result.all.boundedSlowdown?.mean == (1.0 + 9.5 + 2.7) / 3)
    #expect(result.cpuUtilisation == 100 && result.gpuUtilisation == nil)
    #expect(result.decisions == 6)
  }

  @Test func `what ends at an instant is gone before what arrives in it`() {
    let result = result(
      [Workloads.node(cpu: 1)], [Workloads.job(0, 10, cpu: 1), Workloads.job(10, 10, cpu: 1)])
    #expect(result.all.wait?.max == 0)
  }

  @Test func `one that waits for what never ends does not keep the simulation going for ever`() {
    let result = result(
      [Workloads.node(cpu: 2)],
      [Workloads.job(0, nil, cpu: 1), Workloads.job(5, 10, cpu: 2), Workloads.job(6, 10, cpu: 1)])
    #expect(result.started == 2 && result.all.wait?.max == 0)
  }

  @Test func `a job of no duration starts, ends, and makes room in the same instant`() {
    let result = result([Workloads.node(cpu: 1)], [Workloads.job(5, 0, cpu: 1), Workloads.job(5, 0, cpu: 1)])
    #expect(result.started == 2 && result.makespan == 0 && result.all.flow?.max == 0)
  }

  @Test func `a preempted job starts from zero and its GPU time is lost`() {
    let result = result(
      [Workloads.node(cpu: 8, gpu: 2)],
      [
        Workloads.job(0, 7200, cpu: 1, gpu: 2000, priority: 10),
        Workloads.job(3600, 100, cpu: 1, gpu: 2000, priority: 90),
      ])
    #expect(result.preemptions == 1)
    #expect(result.lostGPUHours == 2)
    // Runs again from 3700 on.
    #expect(result.makespan == 10_900)
    #expect(result.byPriority.map(\.priority) == [90, 10])
    #expect(result.byPriority[0].level.delay?.max == 0)
    #expect(result.byPriority[1].level.delay?.max == 3700)
    #expect(result.byPriority[1].level.wait?.max == 0)
  }

  @Test func `a job that can never fit is dropped, and waits for nobody`() {
    let result = result([Workloads.node(cpu: 2)], [Workloads.job(0, 5, cpu: 3), Workloads.job(0, 5, cpu: 2)])
    #expect(result.dropped == 1 && result.started == 1 && result.all.wait?.max == 0)
  }

  @Test
  func `a job waits for a node with its labels while others are free, and is dropped where there is none`()
    throws
  {
    let nodes = try Workloads.nodes("name,cpu,ram,gpu,labels\na,4,0,0,\nb,4,0,0,kind=new\nc,4,0,0,kind=old\n")
    let jobs = try Workloads.jobs(
      """
      submit,duration,cpu,where
      0,100,4,kind=new
      0,10,4,kind=new
      0,10,4,kind=old|older
      0,10,1,kind=odd
      0,10,5,kind=new
      """)
    let result = result(nodes, jobs)
    #expect(result.dropped == 2 && result.started == 3)
    #expect(result.all.wait?.mean == 100.0 / 3 && result.makespan == 110)
  }

  @Test func `with drop-unfit a job is tried once`() {
    var options = SimulationOptions()
    options.dropUnfit = true
    let result = result(
      [Workloads.node(cpu: 2)],
      [Workloads.job(0, 10, cpu: 2), Workloads.job(5, 10, cpu: 1), Workloads.job(10, 10, cpu: 1)], options)
    #expect(result.started == 2 && result.dropped == 1 && result.makespan == 20)
  }

  @Test func `allocation is the mean over the arrivals at a percentage of what is asked for`() {
    var options = SimulationOptions()
    options.dropUnfit = true
    // 10 devices; asked for 30, 50, 100, 100.4, 140 percent; the third asks for more cpu than a node has.
    let nodes = [Workloads.node("a", cpu: 8, gpu: 5), Workloads.node("b", cpu: 8, gpu: 5)]
    let jobs = [
      Workloads.job(0, nil, cpu: 2, gpu: 3000), Workloads.job(1, nil, cpu: 2, gpu: 2000),
      Workloads.job(2, nil, cpu: 9, gpu: 5000), Workloads.job(3, nil, cpu: 1, gpu: 40),
      Workloads.job(4, nil, cpu: 1, gpu: 4000),
    ]
    let result = result(nodes, jobs, options)
    #expect(result.gpuAllocation.at.map(\.asked) == [30, 50, 100, 140])
    let allocated = result.gpuAllocation.at.map { ($0.allocated * 1000).rounded() / 1000 }
    #expect(allocated == [30, 50, 50.2, 90.4])
    #expect(result.gpuAllocation.final == result.gpuAllocation.at.last?.allocated)
    #expect(result.cpuAllocation.at.map(\.allocated) == [12.5, 25, 28.125, 37.5])

    options.untilArrived = 100
    let shorter = self.result(nodes, jobs, options)
    #expect(shorter.jobs == 4)
  }

  @Test func `utilisation is over the makespan, which ends with the last end`() {
    let result = result(
      [Workloads.node(cpu: 4)],
      [
        Workloads.job(0, 10, cpu: 2), Workloads.job(10, 10, cpu: 4), Workloads.job(30, nil, cpu: 1),
        Workloads.job(90, nil, cpu: 1),
      ])
    #expect(result.makespan == 20 && result.cpuUtilisation == 75)
  }

  @Test func `a result says all that it is to say, under the names that are written down`() {
    let simulation = Simulator.run(
      Workload(nodes: [Workloads.node(cpu: 1, gpu: 1)], jobs: [Workloads.job(0, 10, cpu: 1, gpu: 1000)]),
      by: StrategyCatalog.standard)
    let json = JSONValue.object(SimulationResult(simulation).json(wallSeconds: 1))
    func keys(_ path: String...) -> [String] { path.reduce(json) { $0[$1] ?? .null }.object?.keys ?? [] }
    let service = ["wait", "flow", "delay", "bounded_slowdown"]
    #expect(
      keys() == ["jobs", "started", "dropped", "gpu_allocation", "cpu_allocation", "utilisation", "makespan"]
        + service
        + [
          "by_priority", "preemptions", "lost_gpu_hours", "fairness", "decisions", "decision_us",
          "wall_seconds",
        ])
    for allocation in ["gpu_allocation", "cpu_allocation"] {
      #expect(keys(allocation) == ["final", "at"] && keys(allocation, "at") == ["100"])
    }
    #expect(keys("utilisation") == ["cpu", "gpu"] && keys("decision_us") == ["p50", "p99"])
    #expect(keys("by_priority") == ["50"] && keys("by_priority", "50") == ["jobs"] + service)
    for name in service {
      #expect(keys(name) == ["mean", "p50", "p95", "max"])
      #expect(keys("by_priority", "50", name) == keys(name))
    }
  }

  @Test func `fairness is one when users are served alike and a half when one of two has all`() {
    let nodes = [Workloads.node(cpu: 2)]
    let alike = [Workloads.job(0, 10, cpu: 1, user: "a"), Workloads.job(0, 10, cpu: 1, user: "b")]
    #expect(result(nodes, alike).fairness == 1)
    let never = Workloads.job(0, 10, cpu: 3, user: "b")
    #expect(result(nodes, [Workloads.job(0, 10, cpu: 1, user: "a"), never]).fairness == 0.5)
  }

  @Test(.needs(.traces)) func `the same workload gives the same figures`() throws {
    let workload = try Traces.workload(nodes: "g2_3_nodes.csv", jobs: "openb_timed_A.csv")
    func figures() -> JSONObject {
      var json = SimulationResult(Simulator.run(workload, by: StrategyCatalog.standard)).json(wallSeconds: 0)
      json["decision_us"] = nil
      return json
    }
    #expect(figures() == figures())
  }

  @Test(.needs(.traces))
  func `through a long simulation what is used is the sum of what runs, and nobody waits who fits`()
    throws
  {
    let workload = try Traces.workload(nodes: "g2_3_nodes.csv", jobs: "openb_timed_A.csv")
    let head = Workload(nodes: workload.nodes, jobs: Array(workload.jobs.prefix(1200)))
    var steps = 0
    // Nobody is kept a place, so that nobody waits for one.
    let strategy = try StrategyCatalog.make(["max_skip": 1_000_000_000])
    _ = Simulator.run(head, by: strategy) { snapshot, rows, _ in
      steps += 1
      var used: [NodeID: Resources] = [:]
      var devices: [NodeID: [Int: Thousandths]] = [:]
      for row in rows {
        guard let attempt = row.phase.liveAttempt else { continue }
        used[attempt.nodeID, default: .zero] += row.spec.required
        for gpu in attempt.gpus {
          devices[attempt.nodeID, default: [:]][gpu.index, default: .zero] += gpu.share
        }
      }
      for node in snapshot.nodes {
        #expect(node.used == used[node.node.id, default: .zero])
        #expect(node.used.fits(in: node.node.capacity))
        #expect(devices[node.node.id, default: [:]].values.allSatisfy { $0 <= .one })
      }
      for entry in snapshot.queue {
        #expect(!snapshot.nodes.contains { $0.freeCapacity.holds(entry.pending.demand) })
      }
    }
    #expect(steps >= 2400)
  }
}
