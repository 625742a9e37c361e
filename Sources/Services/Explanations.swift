import JSON
import Model
import Scheduling
import Storage

/// The answer of `deployments.explain`.
package struct DeploymentExplanation: Sendable {
  package let status: String
  /// Nil for what neither waits nor has failed.
  package var reason: Explanation?
  /// From 1; nil when it is in no queue.
  package var position: Int?
  package var preemption: PreemptionAnswer?
  package var estimate: Forecast.Estimate?

  init(status: String) { self.status = status }
}

/// Explanations of why a deployment stands where it does, and when it would start.
package enum Explanations {
  /// `isInTime`: whether there is time to look further ahead.
  package static func explain(
    _ id: DeploymentID, for caller: Caller, _ work: borrowing Work, isInTime: () -> Bool
  ) throws -> DeploymentExplanation {
    let deployment = try Deployments.find(id, for: caller, work)
    var answer = DeploymentExplanation(status: deployment.phase.status)
    switch deployment.phase {
    case .starting, .running, .stopping: break
    case .finished(let outcome): answer.reason = outcome.reason.map { final($0, deployment, work) }
    case .pending, .nominated:
      guard let view = ClusterView(of: deployment.clusterID, work) else { return answer }
      let pending = PendingView(deployment, view)
      answer.reason = pending.explanation
      answer.position = pending.position
      answer.preemption = pending.preemption
      answer.estimate = pending.estimate(view.dryRun(for: deployment.organizationID), isInTime: isInTime)
    }
    return answer
  }

  private static func final(_ reason: Reason, _ deployment: Deployment, _ work: borrowing Work) -> Explanation
  {
    guard reason.code == "dependency" else { return Explanation(reason) }
    let state = work.fold.state
    let culprits = deployment.spec.dependsOn.filter { id in
      guard case .finished(let outcome) = state.deployments[id]?.phase else { return false }
      return outcome.status != .completed
    }
    return Explanation(reason, blockers: culprits)
  }
}

/// A cluster as its strategy sees it now, with what a dry run needs besides.
struct ClusterView {
  let planning: PlanningState
  let snapshot: ClusterSnapshot
  let strategy: any Strategy
  let now: Timestamp

  init?(of cluster: ClusterID, _ work: borrowing Work) {
    let planning = work.fold
    guard let snapshot = planning.snapshots[cluster], let strategy = planning.strategies[cluster] else {
      return nil
    }
    self.planning = planning
    self.snapshot = snapshot
    self.strategy = strategy
    now = work.now
  }

  private init(_ view: ClusterView, _ snapshot: ClusterSnapshot) {
    planning = view.planning
    self.snapshot = snapshot
    strategy = view.strategy
    now = view.now
  }

  /// The same cluster after something that is not recorded.
  func with(_ snapshot: ClusterSnapshot) -> ClusterView { ClusterView(self, snapshot) }

  func dryRun(for organization: OrganizationID) -> DryRun {
    let planning = planning
    return DryRun(
      snapshot, by: strategy, now: now, recorded: { planning.state.deployments[$0] },
      allowance: { planning.allowance(of: Member(organizationID: organization, userID: $0)) })
  }
}

/// A deployment that waits, or would, in a view.
struct PendingView {
  private let deployment: Deployment
  private let view: ClusterView

  init(_ deployment: Deployment, _ view: ClusterView) {
    self.deployment = deployment
    self.view = view
  }

  private var nominee: Nominee? { view.snapshot.nominee(deployment.id) }
  private var unmet: [DeploymentID] { view.planning.unmet(of: deployment) }

  var explanation: Explanation? {
    if let reason = view.planning.dependencyReason(for: deployment) {
      return Explanation(reason, blockers: unmet)
    }
    if let reason = view.planning.restReason(for: deployment) { return Explanation(reason) }
    if nominee == nil, !view.snapshot.paused, let quota = view.planning.quotaReason(for: deployment) {
      return Explanation(quota, holders: holdings)
    }
    return Explanation(for: deployment, in: view.snapshot, by: view.strategy, now: view.now)
  }

  /// What the user has running in all clusters of the organization; rising.
  private var holdings: [DeploymentID] {
    let clusters = view.planning.state.organizationClusters[deployment.organizationID, default: []]
    return clusters.flatMap { cluster in
      (view.planning.snapshots[cluster]?.nodes ?? []).flatMap { node in
        (Array(node.allocations.values) + node.nominations.values)
          .filter { $0.userID == deployment.userID }.map(\.id)
      }
    }.sorted()
  }

  /// Those who have a place already go before all others.
  var position: Int? {
    let snapshot = view.snapshot
    if let place = snapshot.rankedNominees.firstIndex(where: { $0.id == deployment.id }) { return place + 1 }
    return snapshot.position(of: deployment).map { $0 + snapshot.nomineeCount + 1 }
  }

  var preemption: PreemptionAnswer {
    if !unmet.isEmpty { return .pointless("It waits for a dependency, which no room brings about.") }
    if view.planning.restReason(for: deployment) != nil {
      return .pointless("It pauses before its next attempt, which no room shortens.")
    }
    if view.snapshot.paused { return .pointless("Nothing is preempted in a paused cluster.") }
    if let nominee { return .underway(of: nominee, in: view.snapshot) }
    if view.planning.quotaReason(for: deployment) != nil {
      return .pointless("It waits for a limit of the organization, which no room lifts.")
    }
    return PreemptionAnswer(for: deployment, in: view.snapshot, by: view.strategy, now: view.now)
  }

  func estimate(_ dryRun: DryRun, isInTime: () -> Bool) -> Forecast.Estimate {
    let unmet = unmet
    guard unmet.isEmpty else {
      let ends = unmet.prefix(5).map { "deployment \($0) completes" }
      let rest = unmet.count > 5 ? ["\(unmet.count - 5) more complete"] : []
      return Forecast.Estimate(startsAt: nil, assumes: ends + rest)
    }
    if view.planning.restReason(for: deployment) != nil {
      return Forecast.Estimate(
        startsAt: deployment.notBefore, assumes: ["there is room when its pause is over"])
    }
    if let nominee, !view.snapshot.paused {
      let end = view.snapshot.stopping(for: nominee).compactMap(\.knownEnd).max()
      return Forecast.Estimate(
        startsAt: end.flatMap { $0 > view.now ? $0 : nil },
        assumes: ["what stops there has ended within its grace_seconds"])
    }
    var forecast = Forecast(of: deployment.id, in: dryRun)
    return forecast.estimate(isInTime: isInTime)
  }
}
