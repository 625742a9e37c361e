import JSON
import Model
import Scheduling
import Storage

/// The answer of `deployments.plan`.
package struct DryRunResult: Sendable {
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

/// A dry run of a request, in a copy of its cluster; nothing changes.
package enum RequestDryRun {
  /// `isInTime`: whether there is time to look further ahead.
  package static func plan(
    _ request: DeploymentRequest, for caller: Caller, _ work: borrowing Work, isInTime: () -> Bool
  ) throws -> DryRunResult {
    let request = request.limited(for: caller, work)
    try Admissibility.require(request, by: caller, work)
    let cluster = try Clusters.find(request.clusterID, for: caller, work)
    guard let view = ClusterView(of: cluster.id, work) else {
      throw ServiceError.unknown("cluster", cluster.id)
    }
    let row = try request.row(for: caller, work)
    var dryRun = view.dryRun(for: cluster.organizationID)
    guard view.planning.unmet(of: row).isEmpty else {
      return wait(row, view, dryRun, cluster, isInTime)
    }
    dryRun.add(row)
    while isInTime() {
      let before = dryRun
      let plan = dryRun.step()
      guard !plan.isEmpty else { break }
      if let nomination = plan.nominations.first(where: { $0.deploymentID == row.id }) {
        let victims = before.running(plan.preemptions.filter { $0.by == row.id }.map(\.victim))
        // What makes room for it stops already.
        guard !victims.isEmpty else { continue }
        var forecast = Forecast(of: row.id, in: dryRun)
        return DryRunResult(
          verdict: .preempt, node: work.fold.state.nodes[nomination.nodeID], gpus: nomination.gpus,
          victims: victims.compactMap { view.planning.state.deployments[$0] }, reason: nil,
          estimate: forecast.estimate(isInTime: isInTime), revision: cluster.revision)
      }
      guard let start = plan.starts.first(where: { $0.deploymentID == row.id }) else { continue }
      let victims = plan.preemptions.filter { $0.by == row.id }.map(\.victim).sorted()
      return DryRunResult(
        verdict: victims.isEmpty ? .start : .preempt, node: work.fold.state.nodes[start.nodeID],
        gpus: start.gpus,
        victims: victims.compactMap { view.planning.state.deployments[$0] }, reason: nil,
        estimate: Forecast.Estimate(startsAt: work.now, assumes: ["the plan has not changed by then"]),
        revision: cluster.revision)
    }
    return wait(row, view, dryRun, cluster, isInTime)
  }

  private static func wait(
    _ row: Deployment, _ view: ClusterView, _ dryRun: DryRun, _ cluster: Cluster, _ isInTime: () -> Bool
  ) -> DryRunResult {
    let pending = PendingView(dryRun.row(row.id) ?? row, view.with(dryRun.snapshot))
    return DryRunResult(
      verdict: .wait, node: nil, gpus: [], victims: [], reason: pending.explanation,
      estimate: pending.estimate(dryRun, isInTime: isInTime), revision: cluster.revision)
  }
}
