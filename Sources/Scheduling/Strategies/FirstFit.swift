import Model

/// The lowest node that has the room.
package struct FirstFit: PlacementPolicy {
  package let name = "first_fit"

  package init() {}

  package func place(_ need: Resources, in snapshot: ClusterSnapshot) -> Spot? {
    let table = snapshot.table
    guard let index = table.rooms.firstIndex(where: { $0.room.holds(need) }),
      let gpus = table.nodes[index].devices.choose(need.gpu)
    else { return nil }
    return Spot(nodeID: table.ids[index], gpus: gpus)
  }
}
