import Model

/// The backfill with one reservation: the blocked head's, on one node; others may start if they do not delay it.
///
/// The reservation is on the node, and for the moment, where the head fits first when running attempts end at their
/// `max_duration`. Where such ends are not known, the head pins a node once it is due: see `QueueRules.dueAt`.
/// Source: Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995, which knew one pool of equal processors.
package struct EasyBackfill: BackfillPolicy {
  package var name: String { "easy" }
  package var description: String { "Whoever does not delay the first that cannot start." }
  package var depth: Int { 1 }

  package init() {}

  package func reservations(
    ahead: (Int) -> [PendingDeployment], in snapshot: ClusterSnapshot, evicting: Bool, now: Timestamp
  ) -> Reservations {
    guard let head = ahead(1).first else { return .none }
    if let reservation = snapshot.earliestReservation(for: head, now: now) { return .node(reservation) }
    guard let due = snapshot.rules.dueAt(head.record.blockedAt), due <= now else { return .none }
    return snapshot.pin(for: head, evicting: evicting, now: now).map(Reservations.node) ?? .none
  }
}

extension ClusterSnapshot {
  /// The node where it fits first by the known ends; of equals the lowest id. Nil when none of them makes the room.
  func earliestReservation(for head: PendingDeployment, now: Timestamp) -> Reservation? {
    let best = memo.use(HeadFitTimes.self) { known in
      known.use(of: head.demand, count: table.nodes.count) { times in
        times.earliest(of: head, in: table, choice: NodeChoice(table.mask(head.spec.conditions)), now: now)
      }
    }
    return best.map { index, fit in
      Reservation(
        head: head.id, demand: head.demand, nodeID: table.ids[index], startsAt: fit.time,
        holdsUntil: fit.holdsUntil)
    }
  }

  /// The node that it will have soonest, if what has run long will run long: where the least age has to go. What it may
  /// have evicted (`evicting`) counts as gone. Of equals the lowest id.
  ///
  /// What began since the epoch did stands in the way as if it would for ever: it could not have begun on the node that
  /// was pinned, which would else lose the pin, when its last ones are old, to a node where everything is young again.
  /// So a pinned node comes free within an epoch that is long enough: nobody is starved by what comes.
  /// Nil while the least age is more than `Reservation.pinFactor` times what it has waited itself: a node would stand
  /// empty in vain. As ages grow no faster than its waiting, it gets one in the end.
  func pin(for head: PendingDeployment, evicting: Bool, now: Timestamp) -> Reservation? {
    let choice = NodeChoice(table.mask(head.spec.conditions))
    let epoch = rules.pinEpoch(head.record.blockedAt ?? now, now: now)
    var best: (index: Int, obstacle: Obstacle)?
    for index in table.nodes.indices where choice.allows(index) && table.nodes[index].isOpen {
      guard FreeCapacity(empty: table.nodes[index].node.capacity).holds(head.demand),
        let obstacle = Obstacle(to: head, on: table.nodes[index], since: epoch.start, evicting, now)
      else { continue }
      if best.map({ obstacle < $0.obstacle }) ?? true { best = (index, obstacle) }
    }
    let patience = Reservation.pinFactor * max(0, now.milliseconds - head.createdAt.milliseconds)
    guard let best, best.obstacle.age <= patience else { return nil }
    return Reservation(
      head: head.id, demand: head.demand, nodeID: table.ids[best.index], startsAt: nil,
      holdsUntil: epoch.end.map { $0 + -0.001 })
  }
}

/// The attempts that have to go on a node for a head to fit.
private struct Obstacle: Comparable {
  /// Some of it began after the epoch did.
  private let isLate: Bool
  /// The least age, in milliseconds, such that it would fit without all that has run no longer; 0 when it would fit as
  /// soon as those are gone that it may have evicted.
  let age: Int

  static func < (a: Self, b: Self) -> Bool { (a.isLate ? 1 : 0, a.age) < (b.isLate ? 1 : 0, b.age) }

  init?(
    to head: PendingDeployment, on node: NodeOccupancy, since epoch: Timestamp, _ evicting: Bool,
    _ now: Timestamp
  ) {
    var later = NodeLater(node)
    var others: [Allocation] = []
    for allocation in node.allocations.values {
      let givesWay = evicting && allocation.priority < head.priority
      if allocation.stop != nil || givesWay && (allocation.evictableFrom.map { $0 <= now } ?? false) {
        later.release(allocation)
      } else {
        others.append(allocation)
      }
    }
    others.sort { ($0.attempt.startedAt, $0.id) > ($1.attempt.startedAt, $1.id) }
    let early = others.filter { $0.attempt.startedAt <= epoch }
    if let age = Self.age(in: early, until: head.demand, fits: later, now) {
      (isLate, self.age) = (false, age)
    } else if let age = Self.age(in: others, until: head.demand, fits: later, now) {
      (isLate, self.age) = (true, age)
    } else {
      return nil
    }
  }

  /// The youngest go first.
  private static func age(
    in others: [Allocation], until demand: Resources, fits later: NodeLater, _ now: Timestamp
  ) -> Int? {
    var later = later
    if later.freeCapacity.holds(demand) { return 0 }
    for allocation in others {
      later.release(allocation)
      if later.freeCapacity.holds(demand) {
        return now.milliseconds - allocation.attempt.startedAt.milliseconds
      }
    }
    return nil
  }
}
