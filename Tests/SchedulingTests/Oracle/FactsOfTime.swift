import Model

/// The word of the rows on the past and the future.
extension Facts {
  /// When a running attempt is over as far as anybody knows; nil: nobody does, or that time has passed.
  func knownEnd(_ deployment: Deployment, now: Timestamp) -> Timestamp? {
    guard let attempt = deployment.phase.liveAttempt, let length = deployment.spec.maxDuration else {
      return nil
    }
    let end = attempt.startedAt + length
    return end >= now ? end : nil
  }

  /// What is free on a node at a time, if nothing starts there and ends come when they are known to.
  func free(_ node: Node, at time: Timestamp, now: Timestamp) -> Free {
    let over = running(on: node.id).map(\.deployment).filter { one in
      knownEnd(one, now: now).map { $0 <= time } ?? false
    }
    return free(node, without: Set(over.map(\.id)))
  }

  /// Whether it has been a blocked head for long enough.
  func isDue(_ deployment: Deployment, at time: Timestamp) -> Bool {
    deployment.blockedAt.map { $0 + Double(policy.maxSkip) <= time } ?? false
  }

  /// When a head begins to look at all nodes anew: when it is blocked, and each time it has been twice as long as before.
  func pinEpochs(of head: Deployment) -> [Timestamp] {
    guard let blocked = head.blockedAt else { return [] }
    return [blocked] + (0..<20).map { blocked + Double(max(1, policy.maxSkip) << $0) }
  }

  /// From when on an attempt that started then may be preempted; nil: never.
  func evictableFrom(_ deployment: Deployment, startedAt: Timestamp) -> Timestamp? {
    guard deployment.spec.preemptible, policy.budget > 0 else { return nil }
    var from = [startedAt + deployment.spec.minRuntime]
    if isDue(deployment, at: startedAt) { from.append(startedAt + Double(policy.maxSkip)) }
    let lately = deployment.preemptedAt.suffix(policy.budget)
    if lately.count == policy.budget { from.append(lately.first! + 3600) }
    return from.max()
  }

  /// Who could be made to give way to a deployment on a node.
  func evictable(for deployment: Deployment, on node: Node, now: Timestamp) -> [DeploymentID] {
    guard policy.preempts else { return [] }
    return running(on: node.id)
      .filter { other, attempt in
        other.priority < deployment.priority
          && evictableFrom(other, startedAt: attempt.startedAt).map { $0 <= now } ?? false
      }
      .map(\.deployment.id)
  }

  /// Every set of victims that makes room for a deployment on a node; the empty one, where there is room already.
  func evictions(for deployment: Deployment, on node: Node, now: Timestamp) -> [Set<DeploymentID>] {
    let candidates = evictable(for: deployment, on: node, now: now)
    let demand = deployment.spec.required
    let cleared = free(node, without: Set(candidates))
    guard fits(demand, cleared) else { return [] }
    let spared = candidates.map { (deployments[$0]!.spec.required, deployments[$0]!.phase.liveAttempt!.gpus) }
    var found: [Set<DeploymentID>] = []
    for set in 0..<(1 << candidates.count) {
      var free = cleared
      for place in candidates.indices where set >> place & 1 == 0 {
        free.take(spared[place].0, spared[place].1)
      }
      guard fits(demand, free) else { continue }
      found.append(Set(candidates.indices.filter { set >> $0 & 1 == 1 }.map { candidates[$0] }))
    }
    return found
  }

  /// Times to come at which time alone could change something.
  func turningPoints(after now: Timestamp) -> [Timestamp] {
    var points: Set<Timestamp> = []
    for deployment in deployments.values {
      if let blocked = deployment.blockedAt { points.insert(blocked + Double(policy.maxSkip)) }
      if deployment.phase == .pending {
        points.formUnion(pinEpochs(of: deployment).filter { $0 > now }.prefix(2))
      }
      guard let attempt = deployment.phase.liveAttempt else { continue }
      if let from = evictableFrom(deployment, startedAt: attempt.startedAt) { points.insert(from) }
      if let end = knownEnd(deployment, now: now) { points.formUnion([end, end + 0.001]) }
    }
    return points.filter { $0 > now }.sorted()
  }
}

/// Those who may make others give way.
extension Facts {
  /// For each `where` the first that could ever start, in the queue's own order.
  var heads: [Deployment] {
    var known: Set<[LabelCondition]> = []
    return pending.filter { isEligible($0) && known.insert($0.spec.conditions).inserted }
  }

  func isUrgent(_ deployment: Deployment) -> Bool { policy.preempts && deployment.priority >= policy.urgent }

  func isDueHead(_ deployment: Deployment, now: Timestamp) -> Bool {
    policy.preempts && isDue(deployment, at: now) && heads.contains { $0.id == deployment.id }
  }

  /// What would be lost: the time since its start, or since the checkpoint of this attempt, times its size.
  func work(_ id: DeploymentID, now: Timestamp) -> Int {
    let deployment = deployments[id]!
    let attempt = deployment.phase.liveAttempt!
    var saved = attempt.startedAt
    if let checkpoint = deployment.checkpoint, checkpoint.attempt == attempt.number {
      saved = max(saved, checkpoint.at)
    }
    return (now.milliseconds - saved.milliseconds) * coarseSize(deployment)
  }

  /// What its waiting comes to, as far as others may lose work for it.
  func price(_ deployment: Deployment, now: Timestamp) -> Int {
    (now.milliseconds - deployment.createdAt.milliseconds) * (coarseSize(deployment) * policy.worth / 100)
  }

  private func coarseSize(_ deployment: Deployment) -> Int {
    let demand = deployment.spec.required
    return size(demand.cpu.value, demand.ram.value, demand.gpu.value) >> 20
  }
}
