import Model

/// The changes to nodes since the last empty plan. Who joined the queue since is noted in its partitions.
package struct DirtySet: Sendable {
  /// The part of it that a step has dealt with.
  package struct Progress: Sendable {
    /// By partition: untried deployments before this key cannot start.
    var tried: [OrderKey]?
    /// Released nodes that nobody who waits can use.
    var settled: [NodeID] = []
    /// Nodes to be looked at as if they were released.
    var freed: [NodeID] = []
    /// True when reservations were worked out.
    var hasReservations = false

    package init() {}
  }

  /// More than these are not listed: then everything is tried.
  private static let listed = 32

  /// With more room, or with more that gives way; rising.
  package private(set) var released: [NodeID] = []
  /// What reservations follow from may be another: the head, or when there is room for it.
  private(set) var areReservationsInvalid = false

  mutating func invalidateReservations() { areReservationsInvalid = true }

  /// False when there were too many to list.
  mutating func release(_ node: NodeID) -> Bool {
    areReservationsInvalid = true
    let place = released.firstIndex { $0 >= node } ?? released.count
    guard place == released.count || released[place] != node else { return true }
    released.insert(node, at: place)
    guard released.count > Self.listed else { return true }
    released = []
    return false
  }

  mutating func drop(_ node: NodeID) { released.removeAll { $0 == node } }

  mutating func forget() { self = DirtySet() }

  mutating func forget(_ progress: Progress) {
    if progress.hasReservations { areReservationsInvalid = false }
    for node in progress.freed where !released.contains(node) { released.append(node) }
    released.removeAll(where: progress.settled.contains)
    released.sort()
  }
}
