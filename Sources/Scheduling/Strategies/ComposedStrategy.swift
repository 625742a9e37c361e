import Model

/// A strategy made of parts: an order, a placement, a backfill and a preemption.
package struct ComposedStrategy: Strategy {
  package let name: String
  package let description: String
  package let rules: QueueRules
  package let parts: StrategyParts
  private var memory = PlanMemory()

  package init(name: String, description: String, rules: QueueRules, parts: StrategyParts = StrategyParts()) {
    self.name = name
    self.description = description
    self.rules = rules
    self.parts = parts
  }

  package mutating func plan(_ snapshot: ClusterSnapshot, now: Timestamp) -> Plan {
    memory.progress = DirtySet.Progress()
    guard !snapshot.paused else {
      memory.evictionAt = nil
      return Plan()
    }
    if let move = moveOfNominee(in: snapshot, now: now) { return move }
    guard !snapshot.queue.isEmpty else {
      memory.evictionAt = nil
      return Plan()
    }
    var plan = Plan(wakeAt: memory.wakeAt)
    if hasChanges(snapshot, now) {
      var step = NextStep(snapshot, parts, memory, now: now)
      plan = step.find()
      memory = step.memory
    }
    if plan.isEmpty {
      plan.wakeAt = [plan.wakeAt, parts.preemption.wakeAt(snapshot)].compactMap(\.self).min()
    }
    return plan
  }

  package var progress: DirtySet.Progress { memory.progress }

  /// Somebody with a nomination starts where there is room meanwhile and it is in nobody's way; its nomination is gone with that.
  private func moveOfNominee(in snapshot: ClusterSnapshot, now: Timestamp) -> Plan? {
    guard snapshot.nomineeCount > 0 else { return nil }
    var board = PlanReservations(snapshot, parts, after: memory, now: now)
    for nominee in snapshot.rankedNominees {
      let pending = nominee.pending
      var choice = NodeChoice(snapshot.table.mask(pending.spec.conditions))
      while let placement = parts.placement.place(PlacementRequest(pending), among: choice, in: snapshot),
        let index = snapshot.table.index(of: placement.nodeID)
      {
        guard let gpus = board.devices(forNominee: pending, at: placement, node: index) else {
          choice.exclude(index, of: snapshot.table.nodes.count)
          continue
        }
        return Plan(starts: [.init(deploymentID: pending.id, nodeID: placement.nodeID, gpus: gpus)])
      }
    }
    return nil
  }

  private func hasChanges(_ snapshot: ClusterSnapshot, _ now: Timestamp) -> Bool {
    snapshot.queue.hasUntried || !snapshot.dirty.released.isEmpty
      || memory.mustReviewReservations(of: snapshot, at: now) || parts.backfill.depth == 0
      || memory.evictionAt.map { $0 <= now } ?? false
  }

  package func reason(for deployment: Deployment, in snapshot: ClusterSnapshot, now: Timestamp) -> Reason {
    let pending = PendingDeployment(deployment)
    if !snapshot.paused, let reservations = reservations(on: pending, in: snapshot, now: now) {
      return ReservationReason(reservations, pending, snapshot).reason
    }
    return PendingReason(deployment, in: snapshot).reason
  }

  package func reservationHolders(before deployment: Deployment, in snapshot: ClusterSnapshot, now: Timestamp)
    -> [DeploymentID]
  {
    let reservations = reservations(on: PendingDeployment(deployment), in: snapshot, now: now)
    return reservations?.head.map { [$0] } ?? []
  }

  package var preemption: any PreemptionPolicy { parts.preemption }

  /// What keeps a deployment from starting where there is room for it; nil: there is no room.
  func reservations(on pending: PendingDeployment, in snapshot: ClusterSnapshot, now: Timestamp)
    -> Reservations?
  {
    let choice = NodeChoice(snapshot.table.mask(pending.spec.conditions))
    let order = snapshot.rules.passOrder ?? snapshot.rules.order
    guard let partition = snapshot.queue.partition(of: pending),
      snapshot.queue.partitions[partition].allows(pending.demand),
      let placement = parts.placement.place(PlacementRequest(pending), among: choice, in: snapshot),
      let index = snapshot.table.index(of: placement.nodeID)
    else { return nil }
    var board = PlanReservations(snapshot, parts, after: memory, now: now)
    let candidate = Candidate(partition: partition, key: order.key(of: pending), pending: pending)
    guard case .refused = board.verdict(on: pending, at: candidate, node: index) else { return nil }
    return board.known
  }
}
