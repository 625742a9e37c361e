import Model

/// A simulation that has ended.
package struct Simulation {
  let ledger: Ledger
}

/// The figures of a simulation.
package struct SimulationResult: Sendable {
  /// Those that arrived.
  package let jobs: Int
  /// Those that started at least once.
  package let started: Int
  /// Those that were tried once and left, or could never fit.
  package let dropped: Int
  package let gpuAllocation: AllocationCurve.Reading
  package let cpuAllocation: AllocationCurve.Reading
  /// Percent of capacity over the makespan; nil where there is none of it.
  package let cpuUtilisation: Double?
  package let gpuUtilisation: Double?
  /// Seconds from the first submission to the last end; to the last event when nothing ended.
  package let makespan: Double
  package let all: ServiceLevel
  /// Falling by priority.
  package let byPriority: [(priority: Int, level: ServiceLevel)]
  package let preemptions: Int
  package let lostGPUHours: Double
  /// See `FairnessIndex`.
  package let fairness: Double?
  package let decisions: Int
  package let decisionMicroseconds: Distribution?

  package init(_ simulation: Simulation) {
    let ledger = simulation.ledger
    let records = ledger.records
    let arrived = Array(ledger.workload.jobs.prefix(records.count))
    jobs = records.count
    started = records.count { $0.firstStart != nil }
    dropped = records.count { $0.isDropped }
    gpuAllocation = ledger.allocation.gpu
    cpuAllocation = ledger.allocation.cpu
    let lasted = Double((ledger.lastEnd ?? ledger.closed) - ledger.begin)
    func utilisation(_ area: Double, _ all: Thousandths) -> Double? {
      all > .zero && lasted > 0 ? 100 * area / (Double(all.value) * lasted) : nil
    }
    cpuUtilisation = utilisation(ledger.makespanArea.cpu, ledger.capacity.cpu)
    gpuUtilisation = utilisation(ledger.makespanArea.gpu, ledger.capacity.gpu)
    makespan = lasted / 1000
    all = ServiceLevel(arrived, records)
    byPriority = Set(arrived.map(\.priority)).sorted(by: >).map { priority in
      (priority, ServiceLevel(arrived, records) { $0.priority == priority })
    }
    preemptions = ledger.preemptions
    lostGPUHours = ledger.lostGPU / 1000 / 1000 / 3600
    fairness = ledger.fairness.index(at: ledger.closed)
    decisions = ledger.decisions.count
    decisionMicroseconds = Distribution(ledger.decisions.map { Double($0) / 1000 })
  }
}
