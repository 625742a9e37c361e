import Model

/// The rows, and slow answers straight from them: nothing kept, nothing clever, nothing shared with the code tested.
struct Facts {
  var nodes: [NodeID: Node] = [:]
  var deployments: [DeploymentID: Deployment] = [:]
  var paused = false
  /// Seconds a point of priority is worth.
  var interval = 600

  var openNodes: [Node] { nodes.values.filter { !$0.drain && !$0.managed }.sorted { $0.id < $1.id } }

  /// In the order in which they are to be served.
  var waiting: [Deployment] {
    deployments.values.filter { $0.phase == .pending }.sorted { key($0) < key($1) }
  }

  private func key(_ deployment: Deployment) -> (Int, Int) {
    (deployment.createdAt.milliseconds - deployment.priority * interval * 1000, deployment.id.rawValue)
  }

  func running(on node: NodeID) -> [(deployment: Deployment, attempt: Attempt)] {
    deployments.values.compactMap { deployment in
      guard case .running(let attempt) = deployment.phase, attempt.nodeID == node else { return nil }
      return (deployment, attempt)
    }.sorted { $0.deployment.id < $1.deployment.id }
  }

  struct Free {
    var cpu: Int
    var ram: Int
    /// By device.
    var gpus: [Int]
  }

  /// What is left of a node when some of what runs there is gone.
  func free(_ node: Node, without gone: Set<DeploymentID> = []) -> Free {
    var free = Free(cpu: node.capacity.cpu.value, ram: node.capacity.ram.value, gpus: [])
    var left = node.capacity.gpu.value
    while left > 0 {
      free.gpus.append(min(left, 1000))
      left -= 1000
    }
    for deployment in deployments.values {
      guard case .running(let attempt) = deployment.phase, attempt.nodeID == node.id,
        !gone.contains(deployment.id)
      else { continue }
      free.cpu -= deployment.spec.required.cpu.value
      free.ram -= deployment.spec.required.ram.value
      for gpu in attempt.gpus { free.gpus[gpu.index] -= gpu.share.value }
    }
    return free
  }

  func fits(_ need: Resources, _ node: Node, without gone: Set<DeploymentID> = []) -> Bool {
    let free = free(node, without: gone)
    guard need.cpu.value <= free.cpu, need.ram.value <= free.ram else { return false }
    return !assignments(need.gpu.value, free.gpus).isEmpty
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

  /// Who could be made to give way to a deployment on a node.
  func evictable(for deployment: Deployment, on node: Node, now: Timestamp) -> [DeploymentID] {
    running(on: node.id)
      .filter { other, attempt in
        other.priority < deployment.priority && other.spec.preemptible
          && Double(now.milliseconds - attempt.startedAt.milliseconds) / 1000 >= other.spec.minRuntime
      }
      .map(\.deployment.id)
  }

  /// Every set of victims that makes room for a deployment on a node.
  func evictions(for deployment: Deployment, on node: Node, now: Timestamp) -> [Set<DeploymentID>] {
    let candidates = evictable(for: deployment, on: node, now: now)
    guard fits(deployment.spec.required, node, without: Set(candidates)) else { return [] }
    return (0..<(1 << candidates.count)).map { set in
      Set(candidates.indices.filter { set >> $0 & 1 == 1 }.map { candidates[$0] })
    }.filter { fits(deployment.spec.required, node, without: $0) }
  }
}
