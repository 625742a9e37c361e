import Model

/// The node with the least left over, each resource measured against the most any node of the cluster has.
///
/// The need is the same everywhere, so the node with the least free has the least left over. Ties go to the lowest node id. Within the node see `GPUDevices.choose`.
package struct BestFit: PlacementPolicy {
  package let name = "best_fit"

  package init() {}

  package func place(
    _ request: PlacementRequest, among choice: NodeChoice, in snapshot: ClusterSnapshot
  ) -> Spot? {
    let need = request.need
    let weights = SizeWeights(snapshot.table.largest)
    var best: Int?
    var least = Int.max
    let rooms = snapshot.table.rooms
    for index in rooms.indices {
      let open = rooms[index]
      guard open.room.holds(need), choice.allows(index) else { continue }
      let size = weights.size(cpu: open.room.cpu, ram: open.room.ram, gpu: open.gpuSum)
      if size < least {
        least = size
        best = index
      }
    }
    guard let best, let gpus = snapshot.table.nodes[best].devices.choose(need.gpu) else { return nil }
    return Spot(nodeID: snapshot.table.ids[best], gpus: gpus)
  }
}
