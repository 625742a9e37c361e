import Model

/// Waiting deployments in a fixed total order: chunks of a sorted list, each with the least it asks for.
///
/// Joining and leaving cost a move within one chunk and one among the chunks' heads; "the first in order that
/// fits" skips every chunk whose minima do not.
package struct SortedQueue: Sendable {
  package typealias Entry = (key: OrderKey, pending: PendingDeployment)

  static let chunkSize = 512

  /// None is empty.
  private(set) var chunks: [PendingChunk] = []
  /// Parallel to `chunks`.
  private(set) var minima: [Demand] = []
  package private(set) var count = 0

  package init() {}

  package var isEmpty: Bool { count == 0 }
  package var first: Entry? { chunks.first.map { ($0.slots[0].key, $0.slots[0].pending) } }

  /// The highest priority that waits; nil when nothing does.
  package var highestPriority: Int? {
    guard !minima.isEmpty else { return nil }
    var least = Demand.most
    for demand in minima { least.formMinimum(demand) }
    return least.priority
  }

  /// The last chunk that begins at or before the key, or the first.
  private func chunk(for key: OrderKey) -> Int {
    var low = 0
    var high = chunks.count
    while low < high {
      let middle = (low + high) / 2
      if chunks[middle].slots[0].key <= key { low = middle + 1 } else { high = middle }
    }
    return Swift.max(0, low - 1)
  }

  // MARK: - Joining and leaving

  package mutating func insert(_ pending: PendingDeployment, key: OrderKey) {
    let slot = PendingChunk.Slot(key: key, pending: pending)
    let demand = Demand(pending)
    count += 1
    var index = chunk(for: key)
    if index < chunks.count, chunks[index].slots.count >= Self.chunkSize {
      if index == chunks.count - 1, chunks[index].slots.last!.key < key {
        // Most arrivals are the latest: a new chunk instead of two halves keeps chunks full.
        index = chunks.count
      } else {
        split(index)
        if chunks[index + 1].slots[0].key <= key { index += 1 }
      }
    }
    if index == chunks.count {
      chunks.append(PendingChunk([slot]))
      minima.append(demand)
    } else {
      chunks[index].insert(slot)
      minima[index].formMinimum(demand)
    }
  }

  private mutating func split(_ index: Int) {
    let upper = chunks[index].split()
    chunks.insert(upper, at: index + 1)
    minima[index] = chunks[index].minimum
    minima.insert(upper.minimum, at: index + 1)
  }

  @discardableResult
  package mutating func remove(_ key: OrderKey) -> PendingDeployment? {
    let index = chunk(for: key)
    guard index < chunks.count else { return nil }
    let place = chunks[index].place(of: key)
    guard place < chunks[index].slots.count, chunks[index].slots[place].key == key else { return nil }
    let removed = chunks[index].remove(at: place)
    count -= 1
    if chunks[index].slots.isEmpty {
      chunks.remove(at: index)
      minima.remove(at: index)
    } else {
      if removed.demand.touches(minima[index]) { minima[index] = chunks[index].minimum }
      mergeIfSparse(index)
    }
    return removed.slot.pending
  }

  /// Two neighbours that half fill one chunk become one, so that the number of chunks follows the count.
  private mutating func mergeIfSparse(_ index: Int) {
    let next = index + 1
    guard next < chunks.count, chunks[index].slots.count + chunks[next].slots.count <= Self.chunkSize / 2
    else { return }
    chunks[index].append(chunks[next])
    minima[index].formMinimum(minima[next])
    chunks.remove(at: next)
    minima.remove(at: next)
  }

  // MARK: - Looking

  package subscript(key: OrderKey) -> PendingDeployment? {
    guard let entry = first(from: key), entry.key == key else { return nil }
    return entry.pending
  }

  /// The first whose key is not below.
  package func first(from key: OrderKey) -> Entry? {
    let index = chunk(for: key)
    guard index < chunks.count else { return nil }
    let place = chunks[index].place(of: key)
    if place < chunks[index].slots.count {
      let slot = chunks[index].slots[place]
      return (slot.key, slot.pending)
    }
    guard index + 1 < chunks.count else { return nil }
    let slot = chunks[index + 1].slots[0]
    return (slot.key, slot.pending)
  }

  /// How many go before it; nil when it does not wait.
  package func position(of key: OrderKey) -> Int? {
    let index = chunk(for: key)
    guard index < chunks.count else { return nil }
    let place = chunks[index].place(of: key)
    guard place < chunks[index].slots.count, chunks[index].slots[place].key == key else { return nil }
    return chunks[..<index].reduce(place) { $0 + $1.slots.count }
  }

  /// How many stand before a key, whether or not anyone has it.
  func count(before key: OrderKey) -> Int {
    let index = chunk(for: key)
    guard index < chunks.count else { return 0 }
    return chunks[..<index].reduce(chunks[index].place(of: key)) { $0 + $1.slots.count }
  }

  /// The first in order, from a key on, that could use the room, of those with a priority above `floor` (nil: any)
  /// and, up to a second, a `max_duration` of at most `seconds` (nil: any, and none).
  package func first(
    fitting ladder: CapacityLadder, above floor: Int? = nil, within seconds: Int? = nil,
    from key: OrderKey = .lowest
  ) -> Entry? {
    guard !chunks.isEmpty else { return nil }
    let limits = DemandLimits(ladder, above: floor, within: seconds)
    let begin = chunk(for: key)
    var place = chunks[begin].place(of: key)
    for index in begin..<chunks.count {
      defer { place = 0 }
      guard place < chunks[index].slots.count, limits.mayHold(minima[index]),
        let slot = chunks[index].first(from: place, within: limits, of: ladder)
      else { continue }
      return (slot.key, slot.pending)
    }
    return nil
  }
}

extension SortedQueue: Sequence {
  package struct Iterator: IteratorProtocol {
    private let chunks: [PendingChunk]
    private var chunk = 0
    private var place = 0

    fileprivate init(_ chunks: [PendingChunk]) { self.chunks = chunks }

    package mutating func next() -> Entry? {
      guard chunk < chunks.count else { return nil }
      let slot = chunks[chunk].slots[place]
      place += 1
      if place == chunks[chunk].slots.count {
        chunk += 1
        place = 0
      }
      return (slot.key, slot.pending)
    }
  }

  /// In order.
  package func makeIterator() -> Iterator { Iterator(chunks) }
  package var underestimatedCount: Int { count }
}
