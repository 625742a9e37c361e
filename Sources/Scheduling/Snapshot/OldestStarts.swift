import Model

/// The times at which the oldest attempt of each priority on a node began.
struct OldestStarts: Sendable {
  /// Rising by priority.
  private var starts: [(priority: Int, milliseconds: Int)] = []

  var highestPriority: Int? { starts.last?.priority }

  /// Of this priority or above; nil when there is none.
  func oldest(from priority: Int) -> Int? {
    var oldest: Int?
    for start in starts.reversed() {
      guard start.priority >= priority else { break }
      oldest = min(oldest ?? .max, start.milliseconds)
    }
    return oldest
  }

  mutating func add(_ allocation: Allocation) {
    let began = allocation.attempt.startedAt.milliseconds
    let place = starts.firstIndex { $0.priority >= allocation.priority } ?? starts.count
    if place < starts.count, starts[place].priority == allocation.priority {
      starts[place].milliseconds = min(starts[place].milliseconds, began)
    } else {
      starts.insert((allocation.priority, began), at: place)
    }
  }

  /// `others`: what still runs there.
  mutating func remove(_ allocation: Allocation, others: some Sequence<Allocation>) {
    guard let place = starts.firstIndex(where: { $0.priority == allocation.priority }),
      starts[place].milliseconds == allocation.attempt.startedAt.milliseconds
    else { return }
    let left = others.filter { $0.priority == allocation.priority }.map(\.attempt.startedAt.milliseconds)
      .min()
    if let left {
      starts[place].milliseconds = left
    } else {
      starts.remove(at: place)
    }
  }
}
