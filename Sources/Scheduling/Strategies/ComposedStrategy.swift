import Model

/// What a strategy is made of besides the order of its queue.
package struct StrategyParts: Sendable {
  package var placement: any PlacementPolicy
  package var backfill: any BackfillPolicy
  package var preemption: any PreemptionPolicy

  package init(
    placement: any PlacementPolicy = BestFit(), backfill: any BackfillPolicy = EasyBackfill(),
    preemption: any PreemptionPolicy = LowerPriority()
  ) {
    self.placement = placement
    self.backfill = backfill
    self.preemption = preemption
  }
}

/// A strategy made of parts: an order, a placement, a backfill and a preemption.
package struct ComposedStrategy: Strategy {
  package let name: String
  package let description: String
  package let rules: QueueRules
  package let parts: StrategyParts

  package init(name: String, description: String, rules: QueueRules, parts: StrategyParts = StrategyParts()) {
    self.name = name
    self.description = description
    self.rules = rules
    self.parts = parts
  }

  package func plan(_ snapshot: ClusterSnapshot, now: Timestamp) -> Plan {
    guard !snapshot.paused else { return Plan() }
    if let move = moveOfClaimant(in: snapshot, now: now) { return move }
    guard !snapshot.queue.isEmpty else { return Plan() }
    let claimsEnd = snapshot.news.claims.holdUntil.map { $0 + 0.001 }
    var plan = Plan(wakeAt: [claimsEnd, snapshot.news.evictionAt].compactMap(\.self).min())
    plan.progress.evictionAt = snapshot.news.evictionAt
    if hasNews(snapshot, now) {
      var step = NextStep(snapshot, parts, now: now)
      plan = step.find()
    }
    if plan.isEmpty {
      plan.wakeAt = [plan.wakeAt, parts.preemption.wakeAt(snapshot)].compactMap(\.self).min()
    }
    return plan
  }

  /// Somebody with a claim starts where there is room meanwhile and it is in nobody's way; its claim is gone with that.
  private func moveOfClaimant(in snapshot: ClusterSnapshot, now: Timestamp) -> Plan? {
    guard snapshot.claimantCount > 0 else { return nil }
    var board = ClaimBoard(snapshot, parts, now: now)
    for claimant in snapshot.rankedClaimants {
      let waiting = claimant.waiting
      var choice = NodeChoice(snapshot.table.mask(waiting.spec.conditions))
      while let spot = parts.placement.place(PlacementRequest(waiting), among: choice, in: snapshot),
        let index = snapshot.table.index(of: spot.nodeID)
      {
        guard let gpus = board.devices(forClaimant: waiting, at: spot, node: index) else {
          choice.exclude(index, of: snapshot.table.nodes.count)
          continue
        }
        var plan = Plan(starts: [.init(deploymentID: waiting.id, nodeID: spot.nodeID, gpus: gpus)])
        plan.progress.evictionAt = snapshot.news.evictionAt
        return plan
      }
    }
    return nil
  }

  private func hasNews(_ snapshot: ClusterSnapshot, _ now: Timestamp) -> Bool {
    snapshot.queue.hasUntried || !snapshot.news.released.isEmpty || snapshot.mustReviewClaims(at: now)
      || parts.backfill.depth == 0 || snapshot.news.evictionAt.map { $0 <= now } ?? false
  }

  package func reason(for deployment: Deployment, in snapshot: ClusterSnapshot, now: Timestamp) -> Reason {
    let waiting = Waiting(deployment)
    if !snapshot.paused, let claim = claim(on: waiting, in: snapshot, now: now) {
      return ClaimSentence(claim, waiting, snapshot).reason
    }
    return WaitingReason(deployment, in: snapshot).reason
  }

  /// What keeps a deployment from starting where there is room for it; nil: there is no room.
  func claim(on waiting: Waiting, in snapshot: ClusterSnapshot, now: Timestamp) -> Claims? {
    let choice = NodeChoice(snapshot.table.mask(waiting.spec.conditions))
    let order = snapshot.rules.passOrder ?? snapshot.rules.order
    guard let lane = snapshot.queue.lane(of: waiting), snapshot.queue.lanes[lane].allows(waiting.need),
      let spot = parts.placement.place(PlacementRequest(waiting), among: choice, in: snapshot),
      let index = snapshot.table.index(of: spot.nodeID)
    else { return nil }
    var board = ClaimBoard(snapshot, parts, now: now)
    let candidate = Candidate(lane: lane, key: order.key(of: waiting), waiting: waiting)
    guard case .refused = board.verdict(on: waiting, at: candidate, node: index) else { return nil }
    return board.known
  }
}
