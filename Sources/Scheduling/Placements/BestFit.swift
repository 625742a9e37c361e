import Model

/// The node with the least left over, each resource measured against the most any node of the cluster has.
///
/// The demand is the same everywhere, so the node with the least free has the least left over. Ties go to the lowest node
/// id. Within the node see `GPUDevices.choose`.
package struct BestFit: PlacementPolicy {
  package var name: String { "best_fit" }
  package var description: String { "The node with the least left over." }

  package init() {}

  package func place(
    _ request: PlacementRequest, among choice: NodeChoice, in snapshot: ClusterSnapshot
  ) -> Placement? {
    let demand = request.demand
    let weights = SizeWeights(snapshot.table.largest)
    var best: Int?
    var least = Int.max
    let freeCapacities = snapshot.table.freeCapacities
    for index in freeCapacities.indices {
      let open = freeCapacities[index]
      guard open.freeCapacity.holds(demand), choice.allows(index) else { continue }
      let size = weights.size(cpu: open.freeCapacity.cpu, ram: open.freeCapacity.ram, gpu: open.gpuSum)
      if size < least {
        least = size
        best = index
      }
    }
    guard let best, let gpus = snapshot.table.nodes[best].devices.choose(demand.gpu) else { return nil }
    return Placement(nodeID: snapshot.table.ids[best], gpus: gpus)
  }
}
