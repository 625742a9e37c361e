import Model

/// The placement that keeps what will run long together, and apart from it what may have to give way: so that whole
/// nodes come free.
///
/// What has run long will run long. A deployment that nothing in the cluster outranks goes where the oldest attempt of
/// at least its priority runs. One that is outranked goes where the oldest attempt above it is the youngest, or where
/// there is none; but a share of a device first goes to a node with a device that is in use already. Ties go to the
/// node with the least left over, then to the lowest id.
/// On openb_timed_A with 3 nodes no longest delay of less than ten times as much was seen with best-fit: there jobs that
/// run for weeks end up on every node, and a job that needs a whole one waits for the longest of them.
package struct Apart: PlacementPolicy {
  package var name: String { "apart" }
  package var description: String { "What will run long together, and what may have to give way apart." }

  package init() {}

  /// Lower goes first.
  private struct Score: Comparable {
    let first: Int
    let left: Int

    static func < (a: Self, b: Self) -> Bool { (a.first, a.left) < (b.first, b.left) }
  }

  package func place(
    _ request: PlacementRequest, among choice: NodeChoice, in snapshot: ClusterSnapshot
  ) -> Placement? {
    let demand = request.demand
    let table = snapshot.table
    let weights = SizeWeights(table.largest)
    let isOutranked = table.oldest.contains { $0.highestPriority.map { $0 > request.priority } ?? false }
    let isShare = demand.gpu > .zero && demand.gpu < .one
    var best: (index: Int, score: Score)?
    for index in table.freeCapacities.indices {
      let open = table.freeCapacities[index]
      guard open.freeCapacity.holds(demand), choice.allows(index) else { continue }
      let first: Int
      if !isOutranked {
        first = table.oldest[index].oldest(from: request.priority) ?? .max
      } else if isShare, table.nodes[index].devices.largestPart >= demand.gpu {
        first = .min
      } else {
        first = table.oldest[index].oldest(from: request.priority + 1).map { -$0 } ?? .min + 1
      }
      let left = weights.size(cpu: open.freeCapacity.cpu, ram: open.freeCapacity.ram, gpu: open.gpuSum)
      let score = Score(first: first, left: left)
      if best.map({ score < $0.score }) ?? true { best = (index, score) }
    }
    guard let best, let gpus = table.nodes[best.index].devices.choose(demand.gpu) else { return nil }
    return Placement(nodeID: table.ids[best.index], gpus: gpus)
  }
}
