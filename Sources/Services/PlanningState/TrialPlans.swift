import Model
import Scheduling

extension PlanningState {
  /// Steps of one trial, at most: enough for any fault that shows itself, and a bound for any queue.
  private static let trialSteps = 10_000

  /// What is wrong with the plans that the clusters would be given now: whoever opens the directory plans at once.
  func trialFindings(at now: Timestamp) -> [String] {
    state.clusters.flatMap { trialFindings(of: $0, at: now) }
  }

  private func trialFindings(of cluster: Cluster, at now: Timestamp) -> [String] {
    guard let snapshot = snapshots[cluster.id], let strategy = strategies[cluster.id] else {
      return ["cluster \(cluster.id) is not planned"]
    }
    var trial = DryRun(
      snapshot, by: strategy, now: now, recorded: { state.deployments[$0] },
      allowance: { allowance(of: Member(organizationID: cluster.organizationID, userID: $0)) })
    for _ in 0..<Self.trialSteps { if trial.step().isEmpty { break } }
    return trial.snapshot.nodes.filter { !$0.used.fits(in: $0.node.capacity) }.map {
      "the plan of cluster \(cluster.id) puts more on node \($0.node.id) than it has"
    }
  }
}
