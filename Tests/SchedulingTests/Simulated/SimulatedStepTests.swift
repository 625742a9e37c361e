import Model
import Scheduling
import Simulation
import TestSupport
import Testing

/// The invariants after every event of long simulations of what real clusters were asked for.
@Suite(.needs(.traces)) struct SimulatedStepTests {
  private func workload(_ nodes: String, _ jobs: String, first count: Int? = nil) throws -> Workload {
    let all = try JobFile.read(text(jobs))
    return Workload(nodes: try NodeFile.read(text(nodes)), jobs: Array(all.prefix(count ?? all.count)))
  }

  private func text(_ name: String) throws -> WorkloadText {
    try WorkloadText(path: SharedFiles.traces + "/" + name)
  }

  private func observe(_ workload: Workload, _ name: String, _ policy: Policy) throws -> SimulationObserver {
    let strategy = try #require(StrategyCatalog.strategy(named: name))
    let observer = SimulationObserver(policy, strategy)
    _ = Simulator.run(workload, by: strategy) { observer.look($0, $1, $2) }
    #expect(observer.violations.isEmpty, "\(observer.violations.joined(separator: "\n"))")
    return observer
  }

  @Test func `on a GPU cluster with priorities`() throws {
    let workload = try workload("g2_3_nodes.csv", "openb_timed_A.csv")
    var policy = Policy()
    policy.maxSkip = 600
    policy.budget = 4
    policy.urgent = 90
    let observer = try observe(workload, "priority", policy)
    #expect(observer.events > 7000 && observer.preemptions > 0 && observer.refusals > 100)
  }

  @Test(arguments: ["stretch", "backfill"]) func `on a parallel machine with estimates`(name: String) throws {
    let workload = try workload("kth_sp2_nodes.csv", "kth_sp2_jobs.csv", first: 1500)
    var policy = Policy()
    policy.order = name == "stretch" ? .stretch : .fifo
    policy.cap = 172_800
    policy.passesShortestFirst = true
    policy.preempts = false
    policy.maxSkip = 600
    let observer = try observe(workload, name, policy)
    #expect(observer.events > 2900 && observer.refusals > 100)
  }
}
