import Model

/// When a need fits each node, kept while the nodes stay as they are.
struct FitTimes: Sendable {
  struct Fit: Sendable {
    /// .max: never, as far as anybody knows.
    var milliseconds: Int
    /// After this the ends that were counted on have passed.
    var holdsUntil: Int
    var stamp: Int
  }

  let need: Resources
  private var fits: [Fit]

  init(_ need: Resources, count: Int) {
    self.need = need
    fits = Array(repeating: Fit(milliseconds: .max, holdsUntil: .max, stamp: 0), count: count)
  }

  var count: Int { fits.count }

  /// The node with the least time, the first of equals.
  mutating func earliest(of head: Waiting, in table: NodeTable, choice: NodeChoice, now: Timestamp) -> (
    Int, (time: Timestamp, holdsUntil: Timestamp?)
  )? {
    var best: Int?
    for index in fits.indices {
      if fits[index].stamp != table.stamps[index] || fits[index].holdsUntil < now.milliseconds {
        fits[index] = Self.fit(need, on: table.nodes[index], now: now)
        fits[index].stamp = table.stamps[index]
      }
      guard fits[index].milliseconds < best.map({ fits[$0].milliseconds }) ?? .max, choice.allows(index)
      else { continue }
      best = index
    }
    return best.map { index in
      let fit = fits[index]
      let holdsUntil = fit.holdsUntil < .max ? Timestamp(milliseconds: fit.holdsUntil) : nil
      return (index, (Timestamp(milliseconds: fit.milliseconds), holdsUntil))
    }
  }

  private static func fit(_ need: Resources, on node: NodeOccupancy, now: Timestamp) -> Fit {
    var fit = Fit(milliseconds: .max, holdsUntil: .max, stamp: 0)
    guard node.isOpen, Room(empty: node.node.capacity).holds(need) else { return fit }
    let ends = node.expectedEnds(at: now)
    fit.holdsUntil = ends.first?.end.milliseconds ?? .max
    guard !node.room.holds(need) else {
      fit.milliseconds = now.milliseconds
      return fit
    }
    var later = NodeLater(node)
    for place in ends.indices {
      later.release(ends[place].allocation)
      if place + 1 < ends.count, ends[place + 1].end == ends[place].end { continue }
      guard later.room.holds(need) else { continue }
      fit.milliseconds = ends[place].end.milliseconds
      return fit
    }
    return fit
  }
}

/// A node as it will be once some of what runs there is over.
struct NodeLater {
  private(set) var cpu: Thousandths
  private(set) var ram: Thousandths
  private(set) var devices: GPUDevices

  init(_ node: NodeOccupancy) {
    cpu = node.free.cpu
    ram = node.free.ram
    devices = node.devices
  }

  /// With everything over that is known to end by then.
  init(_ node: NodeOccupancy, at time: Timestamp, now: Timestamp) {
    self.init(node)
    for ending in node.expectedEnds(at: now) where ending.end <= time { release(ending.allocation) }
  }

  var room: Room { Room(cpu: cpu, ram: ram, gpu: devices.largest) }

  mutating func release(_ allocation: Allocation) {
    cpu += allocation.held.cpu
    ram += allocation.held.ram
    devices.give(allocation.attempt.gpus)
  }
}

extension NodeOccupancy {
  /// What is known to end, and when; by end, then id.
  func expectedEnds(at now: Timestamp) -> [(end: Timestamp, allocation: Allocation)] {
    allocations.values
      .compactMap { allocation in allocation.expectedEnd(at: now).map { ($0, allocation) } }
      .sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }
      .map { (end: $0.0, allocation: $0.1) }
  }
}
