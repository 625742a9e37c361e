import Model

/// Somebody with a place that is being cleared.
package struct Claimant: Sendable {
  package let waiting: Waiting
  package let place: Allocation

  init(_ deployment: Deployment, _ claim: Claim) {
    waiting = Waiting(deployment)
    place = Allocation(deployment, claim)
  }

  package var id: DeploymentID { waiting.id }

  /// Who goes first: the higher priority, then the older claim, then the lower id.
  fileprivate func precedes(_ other: Claimant) -> Bool {
    (-waiting.priority, place.attempt.startedAt, id)
      < (-other.waiting.priority, other.place.attempt.startedAt, other.id)
  }
}

extension ClusterSnapshot {
  /// Nil when it has no claim here.
  package func claimant(_ id: DeploymentID) -> Claimant? { claimants[id] }

  package var claimantCount: Int { claimants.count }

  /// In the order in which they start.
  package var rankedClaimants: [Claimant] { claimants.values.sorted { $0.precedes($1) } }

  /// What is to be done of claims before anything else, whatever the strategy: give up one that leads nowhere, or let
  /// somebody start whose place is clear. Nil: nothing.
  ///
  /// A claim stays while the cluster is paused, and its claimant starts after.
  var claimStep: Plan? {
    guard !claimants.isEmpty else { return nil }
    let ranked = rankedClaimants
    if let lost = ranked.last(where: { !isPromised($0) }) {
      var plan = Plan()
      plan.withdrawals = [lost.id]
      return plan
    }
    guard !paused, let next = ranked.first(where: { self[$0.place.attempt.nodeID]!.isClear(for: $0.place) })
    else { return nil }
    let attempt = next.place.attempt
    return Plan(starts: [.init(deploymentID: next.id, nodeID: attempt.nodeID, gpus: attempt.gpus)])
  }

  /// Whether its place will be its own once those who stop there have ended.
  private func isPromised(_ claimant: Claimant) -> Bool {
    let attempt = claimant.place.attempt
    guard let node = self[attempt.nodeID], node.isOpen, !node.isOverpromised else { return false }
    return claimant.waiting.spec.conditions.areMet(by: node.node.labels)
      && attempt.gpus.allSatisfy { node.devices.free.indices.contains($0.index) }
  }

  /// Those on its node that have to end before it starts: who stops for it, or if nobody does, who stops at all; rising.
  package func stopping(for claimant: Claimant) -> [Allocation] {
    let all = self[claimant.place.attempt.nodeID]?.allocations.values.filter { $0.stop != nil } ?? []
    let own = all.filter { $0.stop?.cause == .preempted(by: claimant.id) }
    return (own.isEmpty ? all : own).sorted { $0.id < $1.id }
  }
}
