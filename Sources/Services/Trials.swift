import JSON
import Model
import Scheduling
import Storage

/// What `deployments.plan` answers.
package struct TrialResult: Sendable {
  package enum Verdict: String, Sendable {
    case start
    case preempt
    case wait
  }

  package let verdict: Verdict
  package let node: Node?
  package let gpus: [GPUShare]
  /// Who would return to the queue; rising by id.
  package let victims: [Deployment]
  /// Why it would wait.
  package let reason: Explanation?
  package let estimate: Forecast.Estimate
  /// For `if_revision`.
  package let revision: Int
}

/// Tries a request in a copy of its cluster; nothing changes.
package enum Trials {
  package static func plan(_ request: DeploymentRequest, for caller: Caller, _ work: borrowing Work) throws
    -> TrialResult
  {
    let request = request.limited(for: caller, work)
    try Admissibility.require(request, by: caller, work)
    let cluster = try Clusters.find(request.clusterID, for: caller, work)
    guard let scene = Scene(of: cluster.id, work) else { throw ServiceError.unknown("cluster", cluster.id) }
    let row = try request.row(for: caller, work)
    var rehearsal = scene.rehearsal(for: cluster.organizationID)
    guard scene.world.unmet(of: row).isEmpty else {
      return wait(row, scene, rehearsal, cluster)
    }
    rehearsal.add(row)
    while true {
      let before = rehearsal
      let plan = rehearsal.step()
      guard !plan.isEmpty else { break }
      if let claim = plan.claims.first(where: { $0.deploymentID == row.id }) {
        let victims = before.running(plan.preemptions.filter { $0.by == row.id }.map(\.victim))
        // What makes room for it stops already.
        guard !victims.isEmpty else { continue }
        var forecast = Forecast(of: row.id, in: rehearsal)
        return TrialResult(
          verdict: .preempt, node: work.fold.state.nodes[claim.nodeID], gpus: claim.gpus,
          victims: victims.compactMap { scene.world.state.deployments[$0] }, reason: nil,
          estimate: forecast.estimate(), revision: cluster.revision)
      }
      guard let start = plan.starts.first(where: { $0.deploymentID == row.id }) else { continue }
      let victims = plan.preemptions.filter { $0.by == row.id }.map(\.victim).sorted()
      return TrialResult(
        verdict: victims.isEmpty ? .start : .preempt, node: work.fold.state.nodes[start.nodeID],
        gpus: start.gpus,
        victims: victims.compactMap { scene.world.state.deployments[$0] }, reason: nil,
        estimate: Forecast.Estimate(startsAt: work.now, assumes: ["the plan has not changed by then"]),
        revision: cluster.revision)
    }
    return wait(row, scene, rehearsal, cluster)
  }

  private static func wait(
    _ row: Deployment, _ scene: Scene, _ rehearsal: Rehearsal, _ cluster: Cluster
  ) -> TrialResult {
    let waiting = WaitingScene(rehearsal.row(row.id) ?? row, scene.with(rehearsal.snapshot))
    return TrialResult(
      verdict: .wait, node: nil, gpus: [], victims: [], reason: waiting.explanation,
      estimate: waiting.estimate(rehearsal), revision: cluster.revision)
  }
}
