import Model

/// A node with a reservation, as somebody sees it who might start there before.
struct ReservedNode {
  let reservation: Reservation
  private let node: NodeOccupancy
  private let later: NodeLater
  private let now: Timestamp

  /// Nil when the node is gone.
  init?(_ reservation: Reservation, in snapshot: ClusterSnapshot, now: Timestamp) {
    guard let node = snapshot[reservation.nodeID] else { return nil }
    self.reservation = reservation
    self.node = node
    self.now = now
    later = reservation.startsAt.map { NodeLater(node, at: $0, now: now) } ?? NodeLater(node)
  }

  /// The devices with which it may start there now; nil when it would delay the head.
  func admit(_ waiting: Waiting) -> [GPUShare]? { admit(waiting, of: node.devices) }

  /// With no other devices than these, and no more of them.
  func admit(_ waiting: Waiting, of devices: GPUDevices) -> [GPUShare]? {
    guard node.room.holds(waiting.need) else { return nil }
    if let start = reservation.startsAt, let end = waiting.knownEnd(startedAt: now), end <= start {
      return devices.choose(waiting.need.gpu)
    }
    guard Self.leaves(later.cpu, waiting.need.cpu, reservation.need.cpu),
      Self.leaves(later.ram, waiting.need.ram, reservation.need.ram)
    else { return nil }
    guard waiting.need.gpu > .zero else { return [] }
    return devices.choices(waiting.need.gpu).first { shares in
      var left = later.devices
      left.take(shares)
      return left.largest >= reservation.need.gpu
    }
  }

  /// What the head lacks anyway nobody may take of.
  private static func leaves(_ free: Thousandths, _ taken: Thousandths, _ kept: Thousandths) -> Bool {
    taken == .zero || free - taken >= kept
  }

  /// No need that lasts beyond the head's start and does not fit this is admitted.
  private var spare: Room {
    let kept = reservation.need
    func left(_ free: Thousandths, _ kept: Thousandths) -> Thousandths { max(.zero, free - kept) }
    let room = node.room
    return Room(
      cpu: left(later.cpu, kept.cpu), ram: left(later.ram, kept.ram), gpu: left(later.devices.sum, kept.gpu)
    ).capped(by: Resources(cpu: room.cpu, ram: room.ram, gpu: room.gpu))
  }

  /// The first of a lane, from a key on, that may start here.
  func first(in lane: Lane, from key: OrderKey) -> SortedQueue.Entry? {
    let short = reservation.startsAt.flatMap { start in
      first(
        in: lane, RoomLadder(base: node.room), within: (start.milliseconds - now.milliseconds) / 1000,
        from: key)
    }
    let small = first(in: lane, RoomLadder(base: spare), within: nil, from: key)
    guard let short, let small else { return short ?? small }
    return small.key < short.key ? small : short
  }

  private func first(
    in lane: Lane, _ ladder: RoomLadder, within seconds: Int?, from key: OrderKey
  ) -> SortedQueue.Entry? {
    var room = lane.capped(ladder).base
    var from = key
    while let entry = lane.scan.first(fitting: RoomLadder(base: room), within: seconds, from: from) {
      if admit(entry.waiting) != nil { return entry }
      from = entry.key.next
      // Room and spare are exact but for the devices, and who asks no less of them would be refused too. Within the
      // last second before the start, it is the duration that was too long.
      if seconds == nil { room.gpu = min(room.gpu, entry.waiting.need.gpu - Thousandths(1)) }
    }
    return nil
  }
}
