import Model

@testable import Scheduling

/// Everything of a snapshot that has to be the same however it came about.
struct SnapshotDigest: Equatable {
  struct NodeDigest: Equatable {
    let id: NodeID
    let capacity: Resources
    let drain: Bool
    let used: Resources
    let devices: GPUDevices
    let freeCapacity: FreeCapacity
    let gpuSum: Thousandths
    let upperCapacity: FreeCapacity
    let lowestEvictable: Int
    let runs: Set<DeploymentID>
    let nominations: Set<DeploymentID>
    let comingFree: Resources
    let comingDevices: GPUDevices
    let protected: [DeploymentID]
    let levels: [EvictableLevels.Level]
  }

  struct PendingDigest: Equatable {
    let key: OrderKey
    let priority: Int
    let demand: Resources
    let position: Int?
  }

  let used: Resources
  let capacity: Resources
  let largest: Resources
  let runningCount: Int
  let paused: Bool
  let nodes: [NodeDigest]
  let protecting: [NodeID]
  let queue: [PendingDigest]
  let queueCount: Int
  let nominees: [DeploymentID]
  let highestPriority: Int?

  init(_ snapshot: ClusterSnapshot) {
    used = snapshot.used
    capacity = snapshot.capacity
    largest = snapshot.table.largest
    runningCount = snapshot.runningCount
    paused = snapshot.paused
    let table = snapshot.table
    nodes = table.nodes.indices.map { index in
      let node = table.nodes[index]
      let levels = node.evictable.levels.map(\.trimmed)
      return NodeDigest(
        id: table.ids[index], capacity: node.node.capacity, drain: node.node.drain, used: node.used,
        devices: node.devices, freeCapacity: table.freeCapacities[index].freeCapacity,
        gpuSum: table.freeCapacities[index].gpuSum,
        upperCapacity: table.reaches[index].upperCapacity,
        lowestEvictable: table.reaches[index].lowestEvictable,
        runs: Set(node.allocations.keys), nominations: Set(node.nominations.keys),
        comingFree: node.comingFree,
        comingDevices: node.comingDevices, protected: node.protected.map(\.id), levels: levels)
    }
    protecting = table.protecting
    queue = snapshot.queue.map { entry in
      PendingDigest(
        key: entry.key, priority: entry.pending.priority, demand: entry.pending.demand,
        position: snapshot.queue.position(of: entry.pending))
    }
    queueCount = snapshot.queue.count
    nominees = snapshot.rankedNominees.map(\.id)
    highestPriority = snapshot.queue.highestPriority
  }
}

extension EvictableLevels.Level {
  /// Without the trailing devices that were used once.
  fileprivate var trimmed: EvictableLevels.Level {
    var level = self
    while level.shares.last == .zero { level.shares.removeLast() }
    return level
  }
}
