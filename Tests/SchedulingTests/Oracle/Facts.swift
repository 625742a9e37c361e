import Model

/// The rows, and slow answers straight from them: nothing kept, nothing clever, nothing shared with the code tested.
struct Facts {
  typealias Running = (deployment: Deployment, attempt: Attempt)

  var nodes: [NodeID: Node] = [:] { didSet { answers = Answers() } }
  var deployments: [DeploymentID: Deployment] = [:] { didSet { answers = Answers() } }
  var paused = false
  var policy = Policy() { didSet { answers = Answers() } }
  /// What a user may have running at once; nobody else is limited.
  var limits: [UserID: Resources] = [:] { didSet { answers = Answers() } }
  /// Every preemption there was, noted apart from the rows.
  var preemptions: [DeploymentID: [Timestamp]] = [:]
  private var answers = Answers()

  /// Answers that were given once for these very rows: any change of them begins a new one.
  private final class Answers {
    var openNodes: [Node]?
    var running: [NodeID: [Running]]?
    var pending: [Deployment]?
    var tried: [Deployment]?
    var scale: (Int, Int, Int)?
    var eligible: [DeploymentID: Bool] = [:]
  }

  private func answer<T>(_ path: ReferenceWritableKeyPath<Answers, T?>, _ work: () -> T) -> T {
    if let known = answers[keyPath: path] { return known }
    let found = work()
    answers[keyPath: path] = found
    return found
  }

  var openNodes: [Node] {
    answer(\.openNodes) {
      nodes.values.filter { !$0.drain && (!$0.managed || $0.contact == .heard) }.sorted { $0.id < $1.id }
    }
  }

  /// In the order in which they are to be served.
  var pending: [Deployment] { answer(\.pending) { sortedPending } }
  /// Those that wait, in the order in which they are tried.
  var tried: [Deployment] { answer(\.tried) { sortedTried } }

  /// Whether it could start if all its open nodes were empty.
  func isEligible(_ deployment: Deployment) -> Bool {
    if let known = answers.eligible[deployment.id] { return known }
    let isOne =
      isAllowed(deployment)
      && nodesOpen(to: deployment).contains { fits(deployment.spec.required, empty($0)) }
    answers.eligible[deployment.id] = isOne
    return isOne
  }

  /// One number for a size: each resource as a share of the most any node has, GPU four times, in whole numbers.
  func size(_ cpu: Int, _ ram: Int, _ gpu: Int) -> Int {
    let scale = answer(\.scale) {
      let all = nodes.values.map(\.capacity)
      func share(_ amounts: [Thousandths]) -> Int {
        amounts.max().map { $0.value > 0 ? (1 << 40) / $0.value : 0 } ?? 0
      }
      return (share(all.map(\.cpu)), share(all.map(\.ram)), 4 * share(all.map(\.gpu)))
    }
    return cpu * scale.0 + ram * scale.1 + gpu * scale.2
  }

  /// Open nodes that have the labels a deployment asks for.
  func nodesOpen(to deployment: Deployment) -> [Node] {
    openNodes.filter { node in
      deployment.spec.conditions.allSatisfy { condition in
        node.labels.contains { $0.key == condition.key && condition.values.contains($0.value) }
      }
    }
  }

  func running(on node: NodeID) -> [Running] {
    let all = answer(\.running) {
      let all = deployments.values.compactMap { one in one.phase.liveAttempt.map { (one, $0) } }
      return Dictionary(grouping: all.sorted { $0.0.id < $1.0.id }) { $0.1.nodeID }
    }
    return all[node] ?? []
  }

  // MARK: - Users

  func held(by user: UserID) -> Resources {
    deployments.values.filter {
      $0.userID == user && ($0.phase.liveAttempt != nil || $0.phase.nomination != nil)
    }
    .reduce(.zero) { $0 + $1.spec.required }
  }

  /// What a user may still start; nil: anything.
  func allowance(of user: UserID) -> Resources? { limits[user].map { $0 - held(by: user) } }

  func isAllowed(_ deployment: Deployment) -> Bool {
    guard let most = allowance(of: deployment.userID) else { return true }
    let demand = deployment.spec.required
    return demand.cpu <= most.cpu && demand.ram <= most.ram && demand.gpu <= most.gpu
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
    for (deployment, attempt) in running(on: node.id) where !gone.contains(deployment.id) {
      free.take(deployment.spec.required, attempt.gpus)
    }
    return free
  }

  func fits(_ demand: Resources, _ free: Free) -> Bool {
    demand.cpu.value <= free.cpu && demand.ram.value <= free.ram
      && !assignments(demand.gpu.value, free.gpus).isEmpty
  }

  func fits(_ demand: Resources, _ node: Node, without gone: Set<DeploymentID> = []) -> Bool {
    fits(demand, free(node, without: gone))
  }

  /// Every way to serve a GPU request from devices: whole ones untouched, a share from one more device.
  func assignments(_ gpu: Int, _ free: [Int]) -> [[GPUShare]] {
    if gpu == 0 { return [[]] }
    guard gpu <= free.reduce(0, +) else { return [] }
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
  mutating func take(_ demand: Resources, _ shares: [GPUShare]) {
    cpu -= demand.cpu.value
    ram -= demand.ram.value
    for gpu in shares { gpus[gpu.index] -= gpu.share.value }
  }
}
