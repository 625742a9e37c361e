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
  func admit(_ pending: PendingDeployment) -> [GPUShare]? { admit(pending, of: node.devices) }

  /// With no other devices than these, and no more of them.
  func admit(_ pending: PendingDeployment, of devices: GPUDevices) -> [GPUShare]? {
    guard node.freeCapacity.holds(pending.demand) else { return nil }
    if let start = reservation.startsAt, let end = pending.knownEnd(startedAt: now), end <= start {
      return devices.choose(pending.demand.gpu)
    }
    guard Self.leaves(later.cpu, pending.demand.cpu, reservation.demand.cpu),
      Self.leaves(later.ram, pending.demand.ram, reservation.demand.ram)
    else { return nil }
    guard pending.demand.gpu > .zero else { return [] }
    return devices.choices(pending.demand.gpu).first { shares in
      var left = later.devices
      left.take(shares)
      return left.largest >= reservation.demand.gpu
    }
  }

  /// What the head lacks anyway nobody may take of.
  private static func leaves(_ free: Thousandths, _ taken: Thousandths, _ kept: Thousandths) -> Bool {
    taken == .zero || free - taken >= kept
  }

  /// No demand that lasts beyond the head's start and does not fit this is admitted.
  private var spare: FreeCapacity {
    let kept = reservation.demand
    func left(_ free: Thousandths, _ kept: Thousandths) -> Thousandths { max(.zero, free - kept) }
    let freeCapacity = node.freeCapacity
    return FreeCapacity(
      cpu: left(later.cpu, kept.cpu), ram: left(later.ram, kept.ram), gpu: left(later.devices.sum, kept.gpu)
    ).capped(by: Resources(cpu: freeCapacity.cpu, ram: freeCapacity.ram, gpu: freeCapacity.gpu))
  }

  /// The first of a partition, from a key on, that may start here.
  func first(in partition: QueuePartition, from key: OrderKey) -> SortedQueue.Entry? {
    let short = reservation.startsAt.flatMap { start in
      first(
        in: partition, CapacityLadder(base: node.freeCapacity),
        within: (start.milliseconds - now.milliseconds) / 1000,
        from: key)
    }
    let small = first(in: partition, CapacityLadder(base: spare), within: nil, from: key)
    guard let short, let small else { return short ?? small }
    return small.key < short.key ? small : short
  }

  private func first(
    in partition: QueuePartition, _ ladder: CapacityLadder, within seconds: Int?, from key: OrderKey
  ) -> SortedQueue.Entry? {
    var freeCapacity = partition.capped(ladder).base
    var from = key
    while let entry = partition.scan.first(
      fitting: CapacityLadder(base: freeCapacity), within: seconds, from: from)
    {
      if admit(entry.pending) != nil { return entry }
      from = entry.key.next
      // Room and spare are exact but for the devices, and who asks no less of them would be refused too. Within the
      // last second before the start, it is the duration that was too long.
      if seconds == nil {
        freeCapacity.gpu = min(freeCapacity.gpu, entry.pending.demand.gpu - Thousandths(1))
      }
    }
    return nil
  }
}
