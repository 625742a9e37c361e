import Model

/// A run of the queue, in order.
struct WaitingChunk: Sendable {
  struct Slot: Sendable {
    let key: OrderKey
    let waiting: Waiting
  }

  /// Needs under one minimum of their own.
  private static let blockSize = 16

  /// Parallel: the scan for what fits reads needs alone.
  private(set) var slots: [Slot]
  private var needs: [Need]
  /// The least of each lane over every `blockSize` needs.
  private var blocks: [Need] = []

  init(_ slots: [Slot]) {
    self.slots = slots
    needs = slots.map { Need($0.waiting) }
    refreshBlocks(from: 0)
  }

  /// The least of each lane over all needs here; the queue keeps it beside the chunk.
  var minimum: Need {
    var least = Need.most
    for block in blocks { least.formMinimum(block) }
    return least
  }

  private mutating func refreshBlocks(from place: Int) {
    var block = place / Self.blockSize
    blocks.removeSubrange(min(block, blocks.count)...)
    while block * Self.blockSize < needs.count {
      var least = Need.most
      for place in block * Self.blockSize..<min((block + 1) * Self.blockSize, needs.count) {
        least.formMinimum(needs[place])
      }
      blocks.append(least)
      block += 1
    }
  }

  /// The first from a place on that the ladder has room for; `limits` are the ladder's.
  func first(from start: Int, within limits: NeedLimits, of ladder: RoomLadder) -> Slot? {
    for block in start / Self.blockSize..<blocks.count where limits.mayHold(blocks[block]) {
      let end = min((block + 1) * Self.blockSize, needs.count)
      for place in max(start, block * Self.blockSize)..<end where limits.hold(needs[place]) {
        let waiting = slots[place].waiting
        if ladder.room(for: waiting.priority).holds(waiting.need) { return slots[place] }
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
    needs.insert(Need(slot.waiting), at: place)
    refreshBlocks(from: place)
  }

  mutating func remove(at place: Int) -> (slot: Slot, need: Need) {
    let removed = (slots.remove(at: place), needs.remove(at: place))
    refreshBlocks(from: place)
    return removed
  }

  /// Cuts the upper half off.
  mutating func split() -> WaitingChunk {
    let half = slots.count / 2
    let upper = WaitingChunk(Array(slots[half...]))
    slots.removeSubrange(half...)
    needs.removeSubrange(half...)
    refreshBlocks(from: half)
    return upper
  }

  mutating func append(_ other: WaitingChunk) {
    slots += other.slots
    let place = needs.count
    needs += other.needs
    refreshBlocks(from: place)
  }
}
