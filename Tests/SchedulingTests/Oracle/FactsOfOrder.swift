import Model

/// The queue, sorted anew each time.
extension Facts {
  var sortedPending: [Deployment] {
    deployments.values.filter { $0.phase == .pending }.sorted { precedes($0, $1) }
  }

  private func precedes(_ a: Deployment, _ b: Deployment) -> Bool {
    if let isFirst = hasLess(a, b) { return isFirst }
    return key(a).lexicographicallyPrecedes(key(b))
  }

  /// Nil when users' shares do not decide.
  private func hasLess(_ a: Deployment, _ b: Deployment) -> Bool? {
    guard policy.order == .fair else { return nil }
    let (one, other) = (dominantShare(a.userID), dominantShare(b.userID))
    return one == other ? nil : one < other
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
    let demand = deployment.spec.required
    let id = deployment.id.rawValue
    switch policy.order {
    case .priority, .fair: return [created - deployment.priority * policy.interval * 1000, id]
    case .fifo: return [created, id]
    case .shortest:
      // The same size as `ShortestOrder`: a GPU is eight cores, four GiB are one.
      let size = demand.cpu.value + 8 * demand.gpu.value + demand.ram.value / 4
      return [length.map { Int($0 * 1000) } ?? .max, size, id]
    case .stretch:
      let most = Double(policy.cap)
      let delay = length.map { min(most, Double(policy.stretch) * $0) } ?? most
      return [created + Int(delay * 1000), created, id]
    }
  }

  var sortedTried: [Deployment] {
    let pending = pending
    guard policy.passesShortestFirst else { return pending }
    func passKey(_ one: Deployment) -> [Int] {
      let length = one.spec.maxDuration.map { Int($0 * 1000) } ?? .max
      return [length, one.createdAt.milliseconds, one.id.rawValue]
    }
    let rest = pending.sorted { a, b in
      if let isFirst = hasLess(a, b) { return isFirst }
      return passKey(a).lexicographicallyPrecedes(passKey(b))
    }
    guard let head = pending.first(where: isEligible) else { return rest }
    return [head] + rest.filter { $0.id != head.id }
  }
}
