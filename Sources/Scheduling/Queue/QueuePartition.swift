import Model

/// The key of those who share a partition: all that they have in common and their demands do not tell.
struct PartitionKey: Hashable, Sendable {
  /// Set where the user counts: under fair shares, or when there is a limit.
  let userID: UserID?
  let conditions: [LabelCondition]
}

/// A part of the queue whose deployments may use the same nodes, and have the same allowance.
struct QueuePartition: Sendable {
  /// More than these are not listed: then everything from the first one on is tried.
  private static let listed = 32

  let id: PartitionKey
  /// In the queue's order.
  private(set) var main = SortedQueue()
  /// In the order in which those after a blocked head are tried, when it is another.
  private var passing: SortedQueue?
  /// What its user may still start; nil: anything.
  var allowance: Resources?
  /// The partition of lower rank goes first: the user's dominant share; 0 when shares do not count.
  var rank = 0
  /// By key of `scan`, rising: who was not tried since it joined.
  private(set) var untried: [OrderKey] = []
  /// All from this key of `scan` on are untried.
  private(set) var untriedFrom: OrderKey?

  init(_ id: PartitionKey, hasPassOrder: Bool) {
    self.id = id
    passing = hasPassOrder ? SortedQueue() : nil
  }

  /// As it is tried.
  var scan: SortedQueue { passing ?? main }

  mutating func insert(_ pending: PendingDeployment, key: OrderKey, passKey: OrderKey?) {
    main.insert(pending, key: key)
    if let passKey { passing?.insert(pending, key: passKey) }
    add(passKey ?? key)
  }

  mutating func remove(_ key: OrderKey, passKey: OrderKey?) {
    main.remove(key)
    if let passKey { passing?.remove(passKey) }
    untried.removeAll { $0 == passKey ?? key }
  }

  // MARK: - Who is untried

  var hasUntried: Bool { untriedFrom != nil || !untried.isEmpty }

  private mutating func add(_ key: OrderKey) {
    if let untriedFrom, untriedFrom <= key { return }
    let place = untried.firstIndex { $0 >= key } ?? untried.count
    guard place == untried.count || untried[place] != key else { return }
    untried.insert(key, at: place)
    guard untried.count > Self.listed else { return }
    untriedFrom = untried[0]
    untried = []
  }

  mutating func addEverything() {
    untried = []
    untriedFrom = .lowest
  }

  /// All before the key were tried.
  mutating func forgetUntried(before key: OrderKey) {
    untried.removeAll { $0 < key }
    if let from = untriedFrom, from < key { untriedFrom = key == .highest ? nil : key }
  }

  /// The first in `scan` that was not tried, from a key on; of those listed by the thousand only who may fit `widest`.
  func firstUntried(from key: OrderKey, widest: () -> CapacityLadder) -> SortedQueue.Entry? {
    let scan = scan
    let named = untried.first { $0 >= key }.flatMap { key in scan[key].map { (key, $0) } }
    guard let from = untriedFrom,
      let next = scan.first(fitting: capped(widest()), from: Swift.max(from, key))
    else { return named }
    guard let named, named.0 < next.key else { return next }
    return named
  }

  // MARK: - What fits

  /// What of a node's room its user may use.
  func capped(_ ladder: CapacityLadder) -> CapacityLadder {
    guard let allowance else { return ladder }
    return ladder.capped(by: allowance)
  }

  func allows(_ demand: Resources) -> Bool { allowance.map(demand.fits(in:)) ?? true }
}
