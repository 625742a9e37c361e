import Model

@testable import Scheduling

/// Everything of a snapshot that has to be the same however it came about.
struct Picture: Equatable {
  struct NodePicture: Equatable {
    let id: NodeID
    let capacity: Resources
    let drain: Bool
    let used: Resources
    let devices: GPUDevices
    let room: Room
    let gpuSum: Thousandths
    let upperRoom: Room
    let lowestEvictable: Int
    let runs: Set<DeploymentID>
    let claims: Set<DeploymentID>
    let comingFree: Resources
    let comingDevices: GPUDevices
    let protected: [DeploymentID]
    let levels: [EvictableLevels.Level]
  }

  struct WaitingPicture: Equatable {
    let key: OrderKey
    let priority: Int
    let need: Resources
    let position: Int?
  }

  let used: Resources
  let capacity: Resources
  let largest: Resources
  let runningCount: Int
  let paused: Bool
  let nodes: [NodePicture]
  let protecting: [NodeID]
  let queue: [WaitingPicture]
  let queueCount: Int
  let claimants: [DeploymentID]
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
      return NodePicture(
        id: table.ids[index], capacity: node.node.capacity, drain: node.node.drain, used: node.used,
        devices: node.devices, room: table.rooms[index].room, gpuSum: table.rooms[index].gpuSum,
        upperRoom: table.reaches[index].upperRoom, lowestEvictable: table.reaches[index].lowestEvictable,
        runs: Set(node.allocations.keys), claims: Set(node.claims.keys), comingFree: node.comingFree,
        comingDevices: node.comingDevices, protected: node.protected.map(\.id), levels: levels)
    }
    protecting = table.protecting
    queue = snapshot.queue.map { entry in
      WaitingPicture(
        key: entry.key, priority: entry.waiting.priority, need: entry.waiting.need,
        position: snapshot.queue.position(of: entry.waiting))
    }
    queueCount = snapshot.queue.count
    claimants = snapshot.rankedClaimants.map(\.id)
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
