import Model
import Simulation
import TestSupport

/// Workloads small enough to be followed by hand.
enum Workloads {
  static func node(_ name: String = "n1", cpu: Int, gpu: Int = 0) -> SimulatedNode {
    SimulatedNode(name: name, capacity: Resources(cpu: .whole(cpu), ram: .zero, gpu: .whole(gpu)))
  }

  /// Seconds and cores; gpu in thousandths.
  static func job(
    _ submit: Int, _ duration: Int?, cpu: Int, gpu: Int = 0, priority: Int = 50, user: String = ""
  ) -> SimulatedJob {
    SimulatedJob(
      name: "j", submit: submit * 1000, duration: duration.map { $0 * 1000 },
      required: Resources(cpu: .whole(cpu), ram: .zero, gpu: Thousandths(gpu)), priority: priority, user: user
    )
  }

  static func jobs(_ csv: String) throws(WorkloadError) -> [SimulatedJob] {
    try JobFile.read(WorkloadText(name: "jobs.csv", csv))
  }

  static func nodes(_ csv: String) throws(WorkloadError) -> [SimulatedNode] {
    try NodeFile.read(WorkloadText(name: "nodes.csv", csv))
  }
}

/// The traces beside the package.
enum Traces {
  static func workload(nodes: String, jobs: String) throws -> Workload {
    Workload(nodes: try NodeFile.read(text(nodes)), jobs: try JobFile.read(text(jobs)))
  }

  static func text(_ name: String) throws -> WorkloadText {
    try WorkloadText(path: SharedFiles.traces + "/" + name)
  }
}
