import Model

/// The facts that can be told of a waiting deployment beyond a sentence.
package struct Explanation: Sendable {
  /// One resource of which there is too little.
  package struct Short: Sendable {
    /// As parameters call it: `cpu`, `ram`, `gpu`.
    package let resource: String
    package let demand: Thousandths
    package let free: Thousandths
    package let missing: Thousandths

    init(_ kind: ResourceKind, demand: Thousandths, free: Thousandths, missing: Thousandths) {
      resource = kind.key
      self.demand = demand
      self.free = free
      self.missing = missing
    }
  }

  package let reason: Reason
  /// The worst first; empty when it is not room that is missing.
  package let shortage: [Short]
  /// Who would have to end or go first, the most important first; bounded.
  package let blockers: [DeploymentID]

  package init(_ reason: Reason, shortage: [Short] = [], blockers: [DeploymentID] = []) {
    self.reason = reason
    self.shortage = shortage
    self.blockers = Array(blockers.prefix(Self.namedBlockers))
  }

  private static let namedBlockers = 100
}

extension Explanation {
  /// What stands behind the reason that a strategy gives for a deployment of a settled snapshot.
  package init(
    for deployment: Deployment, in snapshot: ClusterSnapshot, by strategy: any Strategy, now: Timestamp
  ) {
    if let nominee = snapshot.nominees[deployment.id], !snapshot.paused {
      self.init(
        NominationReason.stopping(for: nominee, in: snapshot),
        blockers: snapshot.stopping(for: nominee).map(\.id))
      return
    }
    let reason = strategy.reason(for: deployment, in: snapshot, now: now)
    if reason.code == "reserved_for" {
      let holders = strategy.reservationHolders(before: deployment, in: snapshot, now: now)
      let nominees = NominationReason.keepingNode(from: deployment.spec, in: snapshot)?.nominees
      self.init(reason, blockers: holders.isEmpty ? nominees ?? [] : holders)
      return
    }
    guard let shortage = Shortage.least(for: deployment.spec, in: snapshot),
      reason.code.hasPrefix("insufficient_") || reason.code == "gpu_fragmented"
    else {
      self.init(reason)
      return
    }
    let node = shortage.node
    let kinds = shortage.kinds.isEmpty && shortage.isFragmented ? [.gpu] : shortage.kinds
    let parts = kinds.map { kind in
      Short(
        kind, demand: kind.amount(of: deployment.spec.required), free: max(.zero, kind.amount(of: node.free)),
        missing: kind.amount(of: shortage.missing))
    }
    self.init(reason, shortage: parts, blockers: shortage.holders)
  }

  /// What stands behind a limit; `holders` are what the user has running.
  package init(_ quota: QuotaReason, holders: [DeploymentID]) {
    let kinds = ResourceKind.allCases.filter { quota.missing($0) > .zero }
    let parts = kinds.map { kind in
      let limit = quota.limits.limit(kind) ?? .zero
      return Short(
        kind, demand: kind.amount(of: quota.demand), free: max(.zero, limit - kind.amount(of: quota.running)),
        missing: quota.missing(kind))
    }
    self.init(quota.reason, shortage: parts, blockers: holders)
  }
}
