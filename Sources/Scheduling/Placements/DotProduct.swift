import Model

/// The node whose free cpu and GPU are least aligned with what is asked for.
///
/// Alignment is the mean of free times demand over cpu and GPU, each as a share of the most any node has. Scores are
/// percentages, as published, and ties go to the lowest node id; finer scores allocate half a percent less on openb.
/// Source: the artifact of Weng, Yang et al., USENIX ATC'23, after Grandl et al., "Tetris", SIGCOMM'14.
package struct DotProduct: PlacementPolicy {
  package var name: String { "dot_product" }
  package var description: String { "The node whose free cpu and GPU are least aligned with the demand." }

  package init() {}

  package func place(
    _ request: PlacementRequest, among choice: NodeChoice, in snapshot: ClusterSnapshot
  ) -> Placement? {
    let demand = request.demand
    let table = snapshot.table
    let largest = table.largest
    let cpuScale = Self.scale(demand.cpu, largest.cpu)
    let gpuScale = Self.scale(demand.gpu, largest.gpu)
    var best: Int?
    var highest = -1
    for index in table.freeCapacities.indices {
      let open = table.freeCapacities[index]
      guard open.freeCapacity.holds(demand), choice.allows(index) else { continue }
      let alignment =
        Double(open.freeCapacity.cpu.value) * cpuScale + Double(open.gpuSum.value) * gpuScale
      let score = Int(100 * (1 - alignment / 2))
      if score > highest {
        highest = score
        best = index
      }
    }
    guard let best, let gpus = table.nodes[best].devices.choose(demand.gpu) else { return nil }
    return Placement(nodeID: table.ids[best], gpus: gpus)
  }

  /// What a thousandth free counts.
  private static func scale(_ demand: Thousandths, _ largest: Thousandths) -> Double {
    guard largest > .zero else { return 0 }
    return Double(demand.value) / (Double(largest.value) * Double(largest.value))
  }
}
