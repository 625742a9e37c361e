import Model

/// The part of a node that placement reads, apart from the rest so that a scan stays in cache.
struct OpenCapacity: Sendable {
  /// Closed while the node takes nothing.
  let freeCapacity: FreeCapacity
  /// Free on all its devices together.
  let gpuSum: Thousandths
}

/// The part of a node that preemption reads before it looks closer.
struct Reach: Sendable {
  /// No eviction makes more room than this.
  let upperCapacity: FreeCapacity
  /// The lowest priority that gives way, `NodeOccupancy.belowAll` where something stops; .max when nothing does.
  let lowestEvictable: Int
}

/// A cluster's nodes rising by id, with what scans read in arrays of their own.
struct NodeTable: Sendable {
  private(set) var ids: [NodeID] = []
  private(set) var nodes: [NodeOccupancy] = []
  private(set) var freeCapacities: [OpenCapacity] = []
  private(set) var reaches: [Reach] = []
  private(set) var oldest: [OldestStarts] = []
  /// Names each node's state: see `Memo`.
  private(set) var stamps: [Int] = []
  /// The most any node has, per resource: what sizes are compared with.
  private(set) var largest = Resources.zero
  /// Nodes with attempts still protected by their min_runtime; rising.
  private(set) var protecting: [NodeID] = []
  /// Nodes where something is told to stop and counted on to; rising.
  private(set) var clearing: [NodeID] = []
  /// Which nodes meet the conditions that somebody waits with, by index.
  private var masks: [[LabelCondition]: [Bool]] = [:]
  private let memo: Memo

  init(_ memo: Memo) { self.memo = memo }

  private func place(of id: NodeID) -> Int {
    var low = 0
    var high = ids.count
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func index(of id: NodeID) -> Int? {
    let place = place(of: id)
    return place < ids.count && ids[place] == id ? place : nil
  }

  subscript(id: NodeID) -> NodeOccupancy? { index(of: id).map { nodes[$0] } }

  /// False when no eviction of lower priorities makes the room there; a quick look, so true says little.
  func mayHold(_ pending: PendingDeployment, _ index: Int) -> Bool {
    reaches[index].lowestEvictable < pending.priority && reaches[index].upperCapacity.holds(pending.demand)
      && nodes[index].mayHold(pending.demand, evictingBelow: pending.priority)
  }

  // MARK: - Conditions

  /// Nil: every node does.
  func mask(_ conditions: [LabelCondition]) -> [Bool]? {
    guard !conditions.isEmpty else { return nil }
    return masks[conditions] ?? makeMask(conditions)
  }

  private func makeMask(_ conditions: [LabelCondition]) -> [Bool] {
    nodes.map { conditions.areMet(by: $0.node.labels) }
  }

  /// Keeps the mask of conditions that somebody waits with.
  mutating func keepMask(_ conditions: [LabelCondition]) {
    if !conditions.isEmpty, masks[conditions] == nil { masks[conditions] = makeMask(conditions) }
  }

  mutating func dropMask(_ conditions: [LabelCondition]) { masks[conditions] = nil }

  private mutating func refreshMasks() {
    for conditions in Array(masks.keys) { masks[conditions] = makeMask(conditions) }
  }

  // MARK: - Changes

  mutating func use(_ rules: QueueRules, now: Timestamp) {
    for place in nodes.indices {
      nodes[place].use(rules, now: now)
      refresh(place)
    }
  }

  mutating func put(_ node: Node) {
    let place = place(of: node.id)
    if place < ids.count, ids[place] == node.id {
      nodes[place].replace(node)
      refreshMasks()
      measure()
    } else {
      ids.insert(node.id, at: place)
      nodes.insert(NodeOccupancy(node), at: place)
      freeCapacities.insert(OpenCapacity(freeCapacity: .closed, gpuSum: .zero), at: place)
      reaches.insert(Reach(upperCapacity: .closed, lowestEvictable: .max), at: place)
      stamps.insert(0, at: place)
      oldest.insert(OldestStarts(), at: place)
      for conditions in masks.keys {
        masks[conditions]?.insert(conditions.areMet(by: node.labels), at: place)
      }
      measure(node)
    }
    refresh(place)
  }

  mutating func remove(_ id: NodeID) -> NodeOccupancy? {
    guard let place = index(of: id) else { return nil }
    ids.remove(at: place)
    freeCapacities.remove(at: place)
    reaches.remove(at: place)
    stamps.remove(at: place)
    oldest.remove(at: place)
    protecting.removeAll { $0 == id }
    clearing.removeAll { $0 == id }
    defer {
      refreshMasks()
      measure()
    }
    return nodes.remove(at: place)
  }

  mutating func add(_ allocation: Allocation, now: Timestamp) {
    guard let place = index(of: allocation.attempt.nodeID) else { return }
    nodes[place].add(allocation, now: now)
    refresh(place)
  }

  mutating func remove(_ id: DeploymentID, from node: NodeID) {
    guard let place = index(of: node) else { return }
    nodes[place].remove(id)
    refresh(place)
  }

  mutating func addNomination(_ nomination: Allocation) {
    guard let place = index(of: nomination.attempt.nodeID) else { return }
    nodes[place].addNomination(nomination)
    refresh(place)
  }

  mutating func removeNomination(_ id: DeploymentID, from node: NodeID) {
    guard let place = index(of: node) else { return }
    nodes[place].removeNomination(id)
    refresh(place)
  }

  /// The nodes where somebody's min_runtime has passed since it was asked last.
  mutating func endProtection(at now: Timestamp) -> [NodeID] {
    guard !protecting.isEmpty else { return [] }
    var ended: [NodeID] = []
    for id in protecting {
      guard let place = index(of: id), nodes[place].endProtection(at: now) else { continue }
      ended.append(id)
      refresh(place)
    }
    return ended
  }

  /// Counts no more on those that should have stopped long ago.
  mutating func endPatience(at now: Timestamp) {
    for id in clearing {
      if let place = index(of: id), nodes[place].endPatience(at: now) { refresh(place) }
    }
  }

  /// When the next one is no more counted on; nil: nobody is.
  var patienceEnd: Timestamp? { clearing.compactMap { self[$0]?.stops.first?.until }.min() }

  private mutating func refresh(_ place: Int) {
    stamps[place] = memo.makeStamp()
    let node = nodes[place]
    oldest[place] = node.oldest
    freeCapacities[place] = OpenCapacity(
      freeCapacity: node.isOpen ? node.freeCapacity : .closed, gpuSum: node.devices.sum)
    reaches[place] = Reach(
      upperCapacity: node.isOpen ? node.upperCapacity : .closed, lowestEvictable: node.lowestEvictable ?? .max
    )
    Self.list(ids[place], in: &protecting, if: !node.protected.isEmpty)
    Self.list(ids[place], in: &clearing, if: !node.stops.isEmpty)
  }

  private static func list(_ id: NodeID, in nodes: inout [NodeID], if isListed: Bool) {
    guard nodes.contains(id) != isListed else { return }
    nodes.removeAll { $0 == id }
    if isListed { nodes.append(id) }
    nodes.sort()
  }

  private mutating func measure() {
    largest = .zero
    for node in nodes { measure(node.node) }
  }

  private mutating func measure(_ node: Node) {
    largest.cpu = max(largest.cpu, node.capacity.cpu)
    largest.ram = max(largest.ram, node.capacity.ram)
    largest.gpu = max(largest.gpu, node.capacity.gpu)
  }
}
