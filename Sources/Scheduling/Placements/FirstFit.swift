import Model

/// The lowest node that has the room.
package struct FirstFit: PlacementPolicy {
  package let name = "first_fit"

  package init() {}

  package func place(
    _ request: PlacementRequest, among choice: NodeChoice, in snapshot: ClusterSnapshot
  ) -> Spot? {
    let need = request.need
    let table = snapshot.table
    guard
      let index = table.rooms.indices.first(where: { table.rooms[$0].room.holds(need) && choice.allows($0) }),
      let gpus = table.nodes[index].devices.choose(need.gpu)
    else { return nil }
    return Spot(nodeID: table.ids[index], gpus: gpus)
  }
}
