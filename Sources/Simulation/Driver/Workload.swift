/// The nodes and jobs that a simulation is fed with.
package struct Workload: Sendable {
  /// Their order is that of their ids: of equal places the first wins.
  package let nodes: [SimulatedNode]
  /// Rising by submit.
  package let jobs: [SimulatedJob]

  package init(nodes: [SimulatedNode], jobs: [SimulatedJob]) {
    self.nodes = nodes
    self.jobs = jobs
  }
}

/// The options of a simulation.
package struct SimulationOptions: Sendable {
  /// Each job is tried once, at its submission, and leaves when it was not started then.
  package var dropUnfit = false
  /// Ends before the job with which the GPU asked for so far, in percent of the cluster's, rounds to more.
  package var untilArrived: Double?
  /// Tells placements beforehand which shapes the jobs have, as the published runs of FGD do; else they learn.
  package var knowsShapes = false
  /// Keeps what a report draws.
  package var keepsTimeline = false

  package init() {}
}
