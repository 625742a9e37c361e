import Model

/// The rows, and slow answers straight from them: nothing kept, nothing clever, nothing shared with the code tested.
struct Facts {
  var nodes: [NodeID: Node] = [:]
  var deployments: [DeploymentID: Deployment] = [:]
  var paused = false
  var policy = Policy()
  /// What a user may have running at once; nobody else is limited.
  var limits: [UserID: Resources] = [:]

  var openNodes: [Node] { nodes.values.filter { !$0.drain && !$0.managed }.sorted { $0.id < $1.id } }

  /// Open nodes that have the labels a deployment asks for.
  func nodesOpen(to deployment: Deployment) -> [Node] {
    openNodes.filter { node in
      deployment.spec.conditions.allSatisfy { condition in
        node.labels.contains { $0.key == condition.key && condition.values.contains($0.value) }
      }
    }
  }

  func running(on node: NodeID) -> [(deployment: Deployment, attempt: Attempt)] {
    deployments.values.compactMap { deployment in
      guard case .running(let attempt) = deployment.phase, attempt.nodeID == node else { return nil }
      return (deployment, attempt)
    }.sorted { $0.deployment.id < $1.deployment.id }
  }

  // MARK: - Users

  func held(by user: UserID) -> Resources {
    deployments.values.filter { $0.userID == user && $0.phase.liveAttempt != nil }
      .reduce(.zero) { $0 + $1.spec.required }
  }

  /// What a user may still start; nil: anything.
  func allowance(of user: UserID) -> Resources? { limits[user].map { $0 - held(by: user) } }

  func isAllowed(_ deployment: Deployment) -> Bool {
    guard let most = allowance(of: deployment.userID) else { return true }
    let need = deployment.spec.required
    return need.cpu <= most.cpu && need.ram <= most.ram && need.gpu <= most.gpu
  }

  // MARK: - Room

  struct Free {
    var cpu: Int
    var ram: Int
    /// By device.
    var gpus: [Int]
  }

  /// A node with nothing on it.
  func empty(_ node: Node) -> Free {
    var free = Free(cpu: node.capacity.cpu.value, ram: node.capacity.ram.value, gpus: [])
    var left = node.capacity.gpu.value
    while left > 0 {
      free.gpus.append(min(left, 1000))
      left -= 1000
    }
    return free
  }

  /// What is left of a node when some of what runs there is gone.
  func free(_ node: Node, without gone: Set<DeploymentID> = []) -> Free {
    var free = empty(node)
    for deployment in deployments.values {
      guard case .running(let attempt) = deployment.phase, attempt.nodeID == node.id,
        !gone.contains(deployment.id)
      else { continue }
      free.take(deployment.spec.required, attempt.gpus)
    }
    return free
  }

  func fits(_ need: Resources, _ free: Free) -> Bool {
    need.cpu.value <= free.cpu && need.ram.value <= free.ram
      && !assignments(need.gpu.value, free.gpus).isEmpty
  }

  func fits(_ need: Resources, _ node: Node, without gone: Set<DeploymentID> = []) -> Bool {
    fits(need, free(node, without: gone))
  }

  /// Every way to serve a GPU request from devices: whole ones untouched, a share from one more device.
  func assignments(_ gpu: Int, _ free: [Int]) -> [[GPUShare]] {
    if gpu == 0 { return [[]] }
    var found: [[GPUShare]] = []
    let part = gpu % 1000
    for set in 0..<(1 << free.count) {
      let whole = free.indices.filter { set >> $0 & 1 == 1 }
      guard whole.count == gpu / 1000, whole.allSatisfy({ free[$0] == 1000 }) else { continue }
      let shares = whole.map { GPUShare(index: $0, share: .one) }
      if part == 0 { found.append(shares) }
      for device in free.indices where part > 0 && !whole.contains(device) && free[device] >= part {
        let all = shares + [GPUShare(index: device, share: Thousandths(part))]
        found.append(all.sorted { $0.index < $1.index })
      }
    }
    return found
  }

  /// Of some assignments the one that leaves least on the shared device, then lies lowest.
  func tightest(_ ways: [[GPUShare]], _ free: [Int]) -> [GPUShare]? {
    func cost(_ shares: [GPUShare]) -> [Int] {
      let shared = shares.first { $0.share < .one }
      let whole = shares.filter { $0.share == .one }
      return [shared.map { free[$0.index] } ?? 0, shared?.index ?? 0] + whole.map(\.index)
    }
    return ways.min { cost($0).lexicographicallyPrecedes(cost($1)) }
  }
}

extension Facts.Free {
  mutating func take(_ need: Resources, _ shares: [GPUShare]) {
    cpu -= need.cpu.value
    ram -= need.ram.value
    for gpu in shares { gpus[gpu.index] -= gpu.share.value }
  }
}
