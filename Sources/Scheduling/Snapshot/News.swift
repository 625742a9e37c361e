import Model

/// What has changed since the last plan that could let somebody start.
///
/// Between plans the cluster is settled: nobody who waits could start or preempt. Only these can change that:
/// those who joined the queue (or whose priority changed), and nodes with more room or with more that gives way.
package struct News: Sendable {
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
    if place == untried.count || untried[place] != key { untried.insert(key, at: place) }
  }

  mutating func drop(_ key: OrderKey) { untried.removeAll { $0 == key } }

  mutating func release(_ node: NodeID) {
    let place = released.firstIndex { $0 >= node } ?? released.count
    if place == released.count || released[place] != node { released.insert(node, at: place) }
  }

  mutating func drop(_ node: NodeID) { released.removeAll { $0 == node } }

  mutating func addEverything() {
    untried = []
    untriedFrom = .lowest
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

extension OrderKey {
  /// Before every other.
  static let lowest = OrderKey(primary: .min, secondary: .min, id: DeploymentID(.min))
}
