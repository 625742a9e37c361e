import Model

/// A run of the queue, in order.
struct PendingChunk: Sendable {
  struct Slot: Sendable {
    let key: OrderKey
    let pending: PendingDeployment
  }

  /// Demands under one minimum of their own.
  private static let blockSize = 16

  /// Parallel: the scan for what fits reads demands alone.
  private(set) var slots: [Slot]
  private var demands: [Demand]
  /// The least of each lane over every `blockSize` demands.
  private var blocks: [Demand] = []

  init(_ slots: [Slot]) {
    self.slots = slots
    demands = slots.map { Demand($0.pending) }
    refreshBlocks(from: 0)
  }

  /// The least of each lane over all demands here; the queue keeps it beside the chunk.
  var minimum: Demand {
    var least = Demand.most
    for block in blocks { least.formMinimum(block) }
    return least
  }

  private mutating func refreshBlocks(from place: Int) {
    var block = place / Self.blockSize
    blocks.removeSubrange(min(block, blocks.count)...)
    while block * Self.blockSize < demands.count {
      var least = Demand.most
      for place in block * Self.blockSize..<min((block + 1) * Self.blockSize, demands.count) {
        least.formMinimum(demands[place])
      }
      blocks.append(least)
      block += 1
    }
  }

  /// The first from a place on that the ladder has room for; `limits` are the ladder's.
  func first(from start: Int, within limits: DemandLimits, of ladder: CapacityLadder) -> Slot? {
    for block in start / Self.blockSize..<blocks.count where limits.mayHold(blocks[block]) {
      let end = min((block + 1) * Self.blockSize, demands.count)
      for place in max(start, block * Self.blockSize)..<end where limits.hold(demands[place]) {
        let pending = slots[place].pending
        if ladder.freeCapacity(for: pending.priority).holds(pending.demand) { return slots[place] }
      }
    }
    return nil
  }

  /// The first place whose key is not below.
  func place(of key: OrderKey) -> Int {
    var low = 0
    var high = slots.count
    while low < high {
      let middle = (low + high) / 2
      if slots[middle].key < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func insert(_ slot: Slot) {
    let place = place(of: slot.key)
    slots.insert(slot, at: place)
    demands.insert(Demand(slot.pending), at: place)
    refreshBlocks(from: place)
  }

  mutating func remove(at place: Int) -> (slot: Slot, demand: Demand) {
    let removed = (slots.remove(at: place), demands.remove(at: place))
    refreshBlocks(from: place)
    return removed
  }

  /// Cuts the upper half off.
  mutating func split() -> PendingChunk {
    let half = slots.count / 2
    let upper = PendingChunk(Array(slots[half...]))
    slots.removeSubrange(half...)
    demands.removeSubrange(half...)
    refreshBlocks(from: half)
    return upper
  }

  mutating func append(_ other: PendingChunk) {
    slots += other.slots
    let place = demands.count
    demands += other.demands
    refreshBlocks(from: place)
  }
}
