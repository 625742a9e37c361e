import Model
import Scheduling

extension PlanningState {
  /// Why a pending deployment waits, in one sentence; its cost does not depend on how many wait.
  package func reason(for deployment: Deployment, now: Timestamp) -> Reason? {
    guard let snapshot = snapshots[deployment.clusterID], let strategy = strategies[deployment.clusterID]
    else {
      return nil
    }
    if let nominee = snapshot.nominee(deployment.id), !snapshot.paused {
      return NominationReason.stopping(for: nominee, in: snapshot)
    }
    if let reason = dependencyReason(for: deployment) ?? restReason(for: deployment) { return reason }
    if !snapshot.paused, let quota = quotaReason(for: deployment) { return quota.reason }
    return strategy.reason(for: deployment, in: snapshot, now: now)
  }

  /// What a pending deployment, recorded or not, still waits for; rising, empty when it is its cluster's to start.
  func unmet(of deployment: Deployment) -> [DeploymentID] {
    guard !deployment.spec.dependsOn.isEmpty else { return [] }
    if deployment.id < DeploymentID(state.deployments.nextID) { return dependencies.unmet(of: deployment.id) }
    return deployment.spec.dependsOn.filter { id in
      guard let dependency = state.deployments[id] else { return false }
      guard case .finished(let outcome) = dependency.phase else { return true }
      return outcome.status != .completed
    }
  }

  /// Why it is in no queue though nothing but time keeps it out.
  func restReason(for deployment: Deployment) -> Reason? {
    guard resting.contains(deployment.id), let time = deployment.notBefore else { return nil }
    return RetryReason.pending(deployment, until: time)
  }

  func dependencyReason(for deployment: Deployment) -> Reason? {
    let unmet = unmet(of: deployment)
    guard !unmet.isEmpty else { return nil }
    return DependencyReason.pending(
      for: unmet.map { ($0, state.deployments[$0]?.phase.status ?? "over") })
  }

  func quotaReason(for deployment: Deployment) -> QuotaReason? {
    guard let limits = state.organizations[deployment.organizationID]?.limits, limits.boundsRunning else {
      return nil
    }
    return QuotaReason(
      demand: deployment.spec.required, running: usage[Member(deployment)].running, limits: limits,
      user: state.users[deployment.userID]?.username ?? "its user")
  }
}
