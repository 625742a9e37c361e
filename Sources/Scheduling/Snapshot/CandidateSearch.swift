import Model

extension ClusterSnapshot {
  /// The first in order, of each partition from a key on, that could use the room of a node.
  func first(on index: Int, _ ladder: CapacityLadder, above floor: Int? = nil, from: [OrderKey]? = nil)
    -> Candidate?
  {
    queue.first { partition in
      let partitions = queue.partitions
      guard table.mask(partitions[partition].id.conditions)?[index] ?? true else { return nil }
      return partitions[partition].scan.first(
        fitting: partitions[partition].capped(ladder), above: floor, from: from?[partition] ?? .lowest)
    }
  }

  /// No open node has more room, nor more that could be made on it for a priority.
  var widestLadder: CapacityLadder {
    var base = FreeCapacity.closed
    var top = FreeCapacity.closed
    var lowest = Int.max
    for index in table.freeCapacities.indices {
      base.formUnion(table.freeCapacities[index].freeCapacity)
      top.formUnion(table.reaches[index].upperCapacity)
      lowest = min(lowest, table.reaches[index].lowestEvictable)
    }
    var ladder = CapacityLadder(base: base)
    if lowest < .max { ladder.append(above: lowest, freeCapacity: top) }
    return ladder
  }
}
