import Model

/// What has changed since the last plan that could let somebody start.
///
/// Between plans the cluster is settled: nobody who waits could start or preempt. Only these can change that:
/// those who joined the queue (or whose priority changed), and nodes with more room or with more that gives way.
package struct News: Sendable {
  /// More than these are not listed: then everything, or everything from the first one on, is tried.
  private static let listed = 32

  /// Rising.
  package private(set) var untried: [OrderKey] = []
  /// Everything in the queue from this key on is untried.
  package private(set) var untriedFrom: OrderKey?
  /// Rising.
  package private(set) var released: [NodeID] = []

  package var isEmpty: Bool { untried.isEmpty && untriedFrom == nil && released.isEmpty }

  /// Whether there is anything besides one deployment that was not tried.
  func isMore(than key: OrderKey) -> Bool {
    untriedFrom != nil || !released.isEmpty || untried.contains { $0 != key }
  }

  mutating func add(_ key: OrderKey) {
    if let untriedFrom, untriedFrom <= key { return }
    let place = untried.firstIndex { $0 >= key } ?? untried.count
    guard place == untried.count || untried[place] != key else { return }
    untried.insert(key, at: place)
    guard untried.count > Self.listed else { return }
    untriedFrom = untried[0]
    untried = []
  }

  mutating func drop(_ key: OrderKey) { untried.removeAll { $0 == key } }

  mutating func release(_ node: NodeID) {
    // Whoever is untried looks at every node anyway.
    if untriedFrom == .lowest { return }
    let place = released.firstIndex { $0 >= node } ?? released.count
    guard place == released.count || released[place] != node else { return }
    released.insert(node, at: place)
    if released.count > Self.listed { addEverything() }
  }

  mutating func drop(_ node: NodeID) { released.removeAll { $0 == node } }

  mutating func addEverything() {
    untried = []
    untriedFrom = .lowest
    released = []
  }

  /// Forgets what the plan has dealt with: all of it, when it wants nothing.
  mutating func absorb(_ plan: Plan) {
    guard !plan.isEmpty else {
      self = News()
      return
    }
    if let key = plan.progress.triedBefore {
      untried.removeAll { $0 < key }
      if let from = untriedFrom, from < key { untriedFrom = key }
    }
    released.removeAll(where: plan.progress.settled.contains)
  }
}
