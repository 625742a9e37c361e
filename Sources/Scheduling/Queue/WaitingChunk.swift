import Model

/// A run of the queue, in order.
struct WaitingChunk: Sendable {
  struct Slot: Sendable {
    let key: OrderKey
    let waiting: Waiting
  }

  /// Parallel: the scan for what fits reads needs alone.
  private(set) var slots: [Slot]
  private(set) var needs: [Need]

  init(_ slots: [Slot]) {
    self.slots = slots
    needs = slots.map { Need($0.waiting.need, priority: $0.waiting.priority) }
  }

  /// The least of each lane over all needs here; the queue keeps it beside the chunk.
  var minimum: Need {
    var least = Need.most
    for need in needs { least.formMinimum(need) }
    return least
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
    needs.insert(Need(slot.waiting.need, priority: slot.waiting.priority), at: place)
  }

  mutating func remove(at place: Int) -> (slot: Slot, need: Need) {
    (slots.remove(at: place), needs.remove(at: place))
  }

  /// Cuts the upper half off.
  mutating func split() -> WaitingChunk {
    let half = slots.count / 2
    let upper = WaitingChunk(Array(slots[half...]))
    slots.removeSubrange(half...)
    needs.removeSubrange(half...)
    return upper
  }

  mutating func append(_ other: WaitingChunk) {
    slots += other.slots
    needs += other.needs
  }
}
