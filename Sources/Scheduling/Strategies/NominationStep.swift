import Model

extension ClusterSnapshot {
  /// What is to be done of nominations before anything else, whatever the strategy: give up one that leads nowhere, or let
  /// somebody start whose place is clear. Nil: nothing.
  ///
  /// A nomination stays while the cluster is paused, and its nominee starts after.
  var nominationStep: Plan? {
    guard !nominees.isEmpty else { return nil }
    let ranked = rankedNominees
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
  private func isPromised(_ nominee: Nominee) -> Bool {
    let attempt = nominee.place.attempt
    guard let node = self[attempt.nodeID], node.isOpen, !node.isOverpromised else { return false }
    return nominee.pending.spec.conditions.areMet(by: node.node.labels)
      && attempt.gpus.allSatisfy { node.devices.free.indices.contains($0.index) }
  }
}
