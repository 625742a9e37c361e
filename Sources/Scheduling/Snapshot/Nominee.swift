import Model

/// Somebody with a place that is being cleared.
package struct Nominee: Sendable {
  package let pending: PendingDeployment
  package let place: Allocation

  init(_ deployment: Deployment, _ nomination: NominatedPlacement) {
    pending = PendingDeployment(deployment)
    place = Allocation(deployment, nomination)
  }

  package var id: DeploymentID { pending.id }

  /// Who goes first: the higher priority, then the older nomination, then the lower id.
  fileprivate func precedes(_ other: Nominee) -> Bool {
    (-pending.priority, place.attempt.startedAt, id)
      < (-other.pending.priority, other.place.attempt.startedAt, other.id)
  }
}

extension ClusterSnapshot {
  /// Nil when it has no nomination here.
  package func nominee(_ id: DeploymentID) -> Nominee? { nominees[id] }

  package var nomineeCount: Int { nominees.count }

  /// In the order in which they start.
  package var rankedNominees: [Nominee] { nominees.values.sorted { $0.precedes($1) } }

  /// Those on its node that have to end before it starts: who stops for it, or if nobody does, who stops at all; rising.
  package func stopping(for nominee: Nominee) -> [Allocation] {
    let all = self[nominee.place.attempt.nodeID]?.allocations.values.filter { $0.stop != nil } ?? []
    let own = all.filter { $0.stop?.cause == .preempted(by: nominee.id) }
    return (own.isEmpty ? all : own).sorted { $0.id < $1.id }
  }
}
