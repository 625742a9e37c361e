import Model

/// The blocked head has a reservation on one node; others may start if they do not delay it.
///
/// The reservation is on the node, and for the moment, where the head fits first when running attempts end at their
/// `max_duration`. Where such ends are not known, the head pins a node once it is due: see `QueueRules.dueAt`.
/// Source: Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995, which knew one pool of equal processors.
package struct EasyBackfill: BackfillPolicy {
  package let name = "easy"
  package let depth = 1

  package init() {}

  package func claims(
    ahead: (Int) -> [Waiting], in snapshot: ClusterSnapshot, rules: QueueRules, now: Timestamp
  ) -> Claims {
    guard let head = ahead(1).first else { return .none }
    if let reservation = snapshot.earliestReservation(for: head, now: now) { return .node(reservation) }
    guard let due = rules.dueAt(head.record.passedAt), due <= now else { return .none }
    return snapshot.pin(for: head).map(Claims.node) ?? .none
  }
}

extension ClusterSnapshot {
  /// The node where it fits first by the known ends; of equals the lowest id. Nil when none of them makes the room.
  func earliestReservation(for head: Waiting, now: Timestamp) -> Reservation? {
    let best = memo.use { content in
      content.useFitTimes(of: head.need, count: table.nodes.count) { times in
        times.earliest(of: head, in: table, choice: NodeChoice(table.mask(head.spec.conditions)), now: now)
      }
    }
    return best.map { index, fit in
      Reservation(
        head: head.id, need: head.need, nodeID: table.ids[index], startsAt: fit.time, holdsUntil: fit.holdsUntil)
    }
  }

  /// The node that lacks the least for it, of those that could hold it; of equals the lowest id.
  func pin(for head: Waiting) -> Reservation? {
    let choice = NodeChoice(table.mask(head.spec.conditions))
    let weights = SizeWeights(table.largest)
    var best: (index: Int, missing: Int)?
    for index in table.nodes.indices where choice.allows(index) && table.nodes[index].isOpen {
      let node = table.nodes[index]
      guard Room(empty: node.node.capacity).holds(head.need) else { continue }
      let room = node.room
      let missing = weights.size(
        cpu: max(.zero, head.need.cpu - room.cpu), ram: max(.zero, head.need.ram - room.ram),
        gpu: max(.zero, head.need.gpu - room.gpu))
      if best.map({ missing < $0.missing }) ?? true { best = (index, missing) }
    }
    return best.map {
      Reservation(
        head: head.id, need: head.need, nodeID: table.ids[$0.index], startsAt: nil, holdsUntil: nil)
    }
  }
}
