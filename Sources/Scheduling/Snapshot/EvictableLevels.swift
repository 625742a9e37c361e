import Model

/// The resources that a node's preemptible attempts past their min_runtime hold, summed by priority.
struct EvictableLevels: Sendable {
  struct Level: Hashable, Sendable {
    let priority: Int
    var count = 0
    var held = Resources.zero
    /// By device index; as long as the highest index needs.
    var shares: [Thousandths] = []
  }

  /// Rising by priority; none is empty.
  private(set) var levels: [Level] = []

  private func place(of priority: Int) -> Int {
    levels.firstIndex { $0.priority >= priority } ?? levels.count
  }

  mutating func add(_ allocation: Allocation) {
    let place = place(of: allocation.priority)
    if place == levels.count || levels[place].priority != allocation.priority {
      levels.insert(Level(priority: allocation.priority), at: place)
    }
    levels[place].count += 1
    levels[place].held += allocation.held
    for gpu in allocation.attempt.gpus {
      while levels[place].shares.count <= gpu.index { levels[place].shares.append(.zero) }
      levels[place].shares[gpu.index] += gpu.share
    }
  }

  mutating func remove(_ allocation: Allocation) {
    let place = place(of: allocation.priority)
    guard place < levels.count, levels[place].priority == allocation.priority else { return }
    if levels[place].count == 1 {
      levels.remove(at: place)
      return
    }
    levels[place].count -= 1
    levels[place].held -= allocation.held
    for gpu in allocation.attempt.gpus where gpu.index < levels[place].shares.count {
      levels[place].shares[gpu.index] -= gpu.share
    }
  }
}
