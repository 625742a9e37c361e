import Model

/// The priorities that have to give way on a node for somebody to start there.
///
/// Sets of priorities are compared by their highest member, then by the next; one that has no next is better. This is
/// the least such set: from the highest down, a priority is left alone if those below it suffice.
struct EvictedLevels: Sendable {
  /// Falling.
  private(set) var priorities: [Int] = []

  /// Nil when evicting everything below the priority does not make enough room.
  init?(for pending: PendingDeployment, on node: NodeOccupancy) {
    var levels = node.evictable.levels.filter { $0.priority < pending.priority }
    guard node.freeCapacity(evicting: levels).holds(pending.demand) else { return nil }
    for place in levels.indices.reversed() {
      let level = levels.remove(at: place)
      if node.freeCapacity(evicting: levels).holds(pending.demand) { continue }
      levels.insert(level, at: place)
      priorities.append(level.priority)
    }
  }

  func isBetter(than other: EvictedLevels) -> Bool {
    priorities.lexicographicallyPrecedes(other.priorities)
  }
}
