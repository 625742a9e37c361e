import Model
import POSIX
import Services
import Storage

/// The soundness of a data directory, which must hold whatever was done with it.
package enum Soundness {
  /// A sentence each; empty when the doctor finds no fault and no resource is given out twice.
  package static func problems(of path: String) throws -> [String] {
    guard access(path) else { return [] }
    let directory = try DataDirectory.open(path, create: false)
    let faults = Doctor.check(directory, PlanningState.self).filter { $0.severity == .fault }.map(
      \.description)
    guard faults.isEmpty else { return faults }
    let store = try Store<PlanningState>.open(directory)
    defer { store.close() }
    return allocationProblems(store.fold)
  }

  private static func access(_ path: String) -> Bool {
    (try? Directory(path).statusIfPresent(of: "journal.jsonl")).flatMap(\.self) != nil
  }

  /// Sums anew from the rows what planning keeps as it goes along.
  private static func allocationProblems(_ planning: PlanningState) -> [String] {
    let running = planning.state.deployments.filter { $0.phase.liveAttempt != nil }
    let byNode = Dictionary(grouping: running) { $0.phase.liveAttempt?.nodeID }
    var problems: [String] = []
    for node in planning.state.nodes {
      let here = byNode[node.id] ?? []
      let used = here.reduce(Resources.zero) { $0 + $1.spec.required }
      if !used.fits(in: node.capacity) { problems.append("node \(node.id) has less than is used on it") }
      if let kept = planning.snapshots[node.clusterID]?[node.id]?.used, kept != used {
        problems.append("node \(node.id) counts another use than its deployments'")
      }
      let shares = here.compactMap(\.phase.liveAttempt).flatMap(\.gpus)
      for (index, shares) in Dictionary(grouping: shares, by: \.index) {
        let sum = shares.reduce(Thousandths.zero) { $0 + $1.share }
        if sum > node.capacity.deviceCapacity(index) {
          problems.append("device \(index) of node \(node.id) is given out twice")
        }
      }
    }
    for deployment in running where planning.state.nodes[deployment.phase.liveAttempt!.nodeID] == nil {
      problems.append("deployment \(deployment.id) runs on a node that is not there")
    }
    return problems
  }
}
