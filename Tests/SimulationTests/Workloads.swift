import Model
import Simulation

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

/// The traces beside the package; nil where they are not.
enum Traces {
  private static let folder = "../shared/traces"

  static func text(_ name: String, file: String = #filePath) -> WorkloadText? {
    let root = file.split(separator: "/").dropLast(3).joined(separator: "/")
    return try? WorkloadText(path: "/\(root)/\(folder)/\(name)")
  }

  static func workload(nodes: String, jobs: String) throws -> Workload? {
    guard let nodes = text(nodes), let jobs = text(jobs) else {
      print("skipped: no traces at \(folder)")
      return nil
    }
    return Workload(nodes: try NodeFile.read(nodes), jobs: try JobFile.read(jobs))
  }
}
