import Model

/// The node with the most left over, as `BestFit` measures it: spreads work, and keeps room beside what runs.
///
/// Ties go to the lowest node id.
package struct WorstFit: PlacementPolicy {
  package var name: String { "worst_fit" }
  package var description: String { "The node with the most left over." }

  package init() {}

  package func place(
    _ request: PlacementRequest, among choice: NodeChoice, in snapshot: ClusterSnapshot
  ) -> Placement? {
    let demand = request.demand
    let table = snapshot.table
    let weights = SizeWeights(table.largest)
    var best: Int?
    var most = -1
    for index in table.freeCapacities.indices {
      let open = table.freeCapacities[index]
      guard open.freeCapacity.holds(demand), choice.allows(index) else { continue }
      let size = weights.size(cpu: open.freeCapacity.cpu, ram: open.freeCapacity.ram, gpu: open.gpuSum)
      if size > most {
        most = size
        best = index
      }
    }
    guard let best, let gpus = table.nodes[best].devices.choose(demand.gpu) else { return nil }
    return Placement(nodeID: table.ids[best], gpus: gpus)
  }
}
