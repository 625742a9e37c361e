import Model

/// The lowest node that has the room.
package struct FirstFit: PlacementPolicy {
  package var name: String { "first_fit" }
  package var description: String { "The lowest node that has the room." }

  package init() {}

  package func place(
    _ request: PlacementRequest, among choice: NodeChoice, in snapshot: ClusterSnapshot
  ) -> Placement? {
    let demand = request.demand
    let table = snapshot.table
    guard
      let index = table.freeCapacities.indices.first(where: {
        table.freeCapacities[$0].freeCapacity.holds(demand) && choice.allows($0)
      }),
      let gpus = table.nodes[index].devices.choose(demand.gpu)
    else { return nil }
    return Placement(nodeID: table.ids[index], gpus: gpus)
  }
}
