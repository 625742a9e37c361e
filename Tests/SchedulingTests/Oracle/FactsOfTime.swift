import Model

/// What the rows say of the past and the future.
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

  /// Whether a head was passed so long ago that it is passed no more.
  func isDue(_ deployment: Deployment, at time: Timestamp) -> Bool {
    deployment.passedAt.map { $0 + Double(policy.maxSkip) <= time } ?? false
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
    let need = deployment.spec.required
    let cleared = free(node, without: Set(candidates))
    guard fits(need, cleared) else { return [] }
    let spared = candidates.map { (deployments[$0]!.spec.required, deployments[$0]!.phase.liveAttempt!.gpus) }
    var found: [Set<DeploymentID>] = []
    for set in 0..<(1 << candidates.count) {
      var free = cleared
      for place in candidates.indices where set >> place & 1 == 0 {
        free.take(spared[place].0, spared[place].1)
      }
      guard fits(need, free) else { continue }
      found.append(Set(candidates.indices.filter { set >> $0 & 1 == 1 }.map { candidates[$0] }))
    }
    return found
  }

  /// Times to come at which time alone could change something.
  func turningPoints(after now: Timestamp) -> [Timestamp] {
    var points: Set<Timestamp> = []
    for deployment in deployments.values {
      if let passed = deployment.passedAt { points.insert(passed + Double(policy.maxSkip)) }
      guard let attempt = deployment.phase.liveAttempt else { continue }
      if let from = evictableFrom(deployment, startedAt: attempt.startedAt) { points.insert(from) }
      if let end = knownEnd(deployment, now: now) { points.formUnion([end, end + 0.001]) }
    }
    return points.filter { $0 > now }.sorted()
  }
}

/// The queue, sorted anew each time.
extension Facts {
  var sortedWaiting: [Deployment] {
    deployments.values.filter { $0.phase == .pending }.sorted { precedes($0, $1) }
  }

  private func precedes(_ a: Deployment, _ b: Deployment) -> Bool {
    if policy.order == .fair, a.userID != b.userID {
      return (dominantShare(a.userID), a.userID) < (dominantShare(b.userID), b.userID)
    }
    return key(a).lexicographicallyPrecedes(key(b))
  }

  private func dominantShare(_ user: UserID) -> Double {
    let held = held(by: user)
    let all = nodes.values.reduce(Resources.zero) { $0 + $1.capacity }
    let shares = [(held.cpu, all.cpu), (held.ram, all.ram), (held.gpu, all.gpu)].map { held, all in
      all.value > 0 ? Double(held.value) / Double(all.value) : 0
    }
    return shares.max()!
  }

  private func key(_ deployment: Deployment) -> [Int] {
    let created = deployment.createdAt.milliseconds
    let length = deployment.spec.maxDuration
    let need = deployment.spec.required
    let id = deployment.id.rawValue
    switch policy.order {
    case .priority, .fair: return [created - deployment.priority * policy.interval * 1000, id]
    case .fifo: return [created, id]
    case .shortest:
      // The same size as `ShortestOrder`: a GPU is eight cores, four GiB are one.
      let size = need.cpu.value + 8 * need.gpu.value + need.ram.value / 4
      return [length.map { Int($0 * 1000) } ?? .max, size, id]
    case .stretch:
      let most = Double(policy.cap)
      let delay = length.map { min(most, Double(policy.stretch) * $0) } ?? most
      return [created + Int(delay * 1000), created, id]
    }
  }

  var sortedTried: [Deployment] {
    let waiting = waiting
    guard policy.passesShortestFirst else { return waiting }
    func passKey(_ one: Deployment) -> [Int] {
      let length = one.spec.maxDuration.map { Int($0 * 1000) } ?? .max
      return [length, one.createdAt.milliseconds, one.id.rawValue]
    }
    let rest = waiting.sorted { a, b in
      if policy.order == .fair, a.userID != b.userID { return precedes(a, b) }
      return passKey(a).lexicographicallyPrecedes(passKey(b))
    }
    guard let head = waiting.first(where: isEligible) else { return rest }
    return [head] + rest.filter { $0.id != head.id }
  }
}
