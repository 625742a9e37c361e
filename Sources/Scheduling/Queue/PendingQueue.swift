import Model

/// A waiting deployment, and where it stands.
package struct Candidate: Sendable {
  /// Names its partition within one state of the queue.
  let partition: Int
  /// In the order that was asked for.
  package let key: OrderKey
  package let pending: PendingDeployment
}

/// All who wait, in a total order: partitions of sorted queues, merged when asked.
///
/// One partition holds everybody until limits, fair shares or conditions on nodes set some apart; what a question costs
/// follows the number of partitions and not of those who wait.
package struct PendingQueue: Sendable {
  let rules: QueueRules
  private(set) var partitions: [QueuePartition] = []
  private var indexes: [PartitionKey: Int] = [:]
  private(set) var allowances: [UserID: Resources] = [:]
  private var ranks: [UserID: Int] = [:]
  package private(set) var count = 0

  package init(_ rules: QueueRules) { self.rules = rules }

  package var isEmpty: Bool { count == 0 }

  /// Whether anybody waits for nodes of some kind.
  var hasConditions: Bool { partitions.contains { !$0.id.conditions.isEmpty } }

  /// The highest priority that waits; nil when nothing does.
  package var highestPriority: Int? { partitions.compactMap(\.main.highestPriority).max() }

  private func partitionKey(of pending: PendingDeployment) -> PartitionKey {
    let userID = pending.userID
    return PartitionKey(
      userID: rules.isFair || allowances[userID] != nil ? userID : nil, conditions: pending.spec.conditions)
  }

  func partition(of pending: PendingDeployment) -> Int? { indexes[partitionKey(of: pending)] }

  /// Whether its user may start it, by limits that are not the cluster's.
  package func allows(_ pending: PendingDeployment) -> Bool {
    allowances[pending.userID].map(pending.demand.fits(in:)) ?? true
  }

  // MARK: - Joining and leaving

  package mutating func insert(_ pending: PendingDeployment) {
    let index = openPartition(partitionKey(of: pending))
    partitions[index].insert(
      pending, key: rules.order.key(of: pending), passKey: rules.passOrder?.key(of: pending))
    count += 1
  }

  private mutating func openPartition(_ id: PartitionKey) -> Int {
    if let index = indexes[id] { return index }
    var partition = QueuePartition(id, hasPassOrder: rules.passOrder != nil)
    if let userID = id.userID {
      partition.allowance = allowances[userID]
      partition.rank = ranks[userID] ?? 0
    }
    partitions.append(partition)
    indexes[id] = partitions.count - 1
    return partitions.count - 1
  }

  package mutating func remove(_ pending: PendingDeployment) {
    let id = partitionKey(of: pending)
    guard let index = indexes[id] else { return }
    let before = partitions[index].main.count
    partitions[index].remove(rules.order.key(of: pending), passKey: rules.passOrder?.key(of: pending))
    count -= before - partitions[index].main.count
    // The partition of everybody stays: most queues have no other, and are empty now and then.
    guard partitions[index].main.isEmpty, id.userID != nil || !id.conditions.isEmpty else { return }
    indexes[id] = nil
    let last = partitions.removeLast()
    guard index < partitions.count else { return }
    partitions[index] = last
    indexes[last.id] = index
  }

  // MARK: - What a user may have

  /// What the user may still start; nil: anything. More than before has the user's deployments tried anew.
  mutating func setAllowance(of userID: UserID, to allowance: Resources?) {
    let old = allowances[userID]
    guard old != allowance else { return }
    guard (old == nil) == (allowance == nil) else {
      move(userID, to: allowance)
      return
    }
    allowances[userID] = allowance
    let isMore = if let old, let allowance { !allowance.fits(in: old) } else { false }
    for index in partitions.indices where partitions[index].id.userID == userID {
      partitions[index].allowance = allowance
      if isMore { partitions[index].addEverything() }
    }
  }

  /// A limit is new or gone, so the user's deployments change partitions. Costs a look at everybody.
  private mutating func move(_ userID: UserID, to allowance: Resources?) {
    let own = filter { $0.pending.userID == userID }
    for entry in own { remove(entry.pending) }
    allowances[userID] = allowance
    for entry in own { insert(entry.pending) }
  }

  /// The lower of two goes first, under fair shares.
  mutating func setRank(of userID: UserID, to rank: Int) {
    ranks[userID] = rank == 0 ? nil : rank
    for index in partitions.indices where partitions[index].id.userID == userID {
      partitions[index].rank = rank
    }
  }

  // MARK: - Who is untried

  var hasUntried: Bool { partitions.contains(where: \.hasUntried) }

  mutating func addEverything() {
    for index in partitions.indices { partitions[index].addEverything() }
  }

  /// All before the key of each partition were tried; all of them for nil.
  mutating func forgetUntried(before keys: [OrderKey]?) {
    for index in partitions.indices { partitions[index].forgetUntried(before: keys?[index] ?? .highest) }
  }

  // MARK: - Order

  /// Whether one partition's next goes before another's, given their keys in the same order.
  func precedes(_ a: (partition: Int, key: OrderKey), _ b: (partition: Int, key: OrderKey)) -> Bool {
    let (first, second) = (partitions[a.partition].rank, partitions[b.partition].rank)
    return first == second ? a.key < b.key : first < second
  }

  func precedes(_ a: Candidate, _ b: Candidate) -> Bool {
    precedes((a.partition, a.key), (b.partition, b.key))
  }

  /// The first of what each partition offers, or each of some.
  func first(of some: [Int]? = nil, _ offer: (Int) -> SortedQueue.Entry?) -> Candidate? {
    var best: Candidate?
    func consider(_ index: Int) {
      guard let entry = offer(index) else { return }
      let candidate = Candidate(partition: index, key: entry.key, pending: entry.pending)
      if best.map({ precedes(candidate, $0) }) ?? true { best = candidate }
    }
    if let some {
      for index in some { consider(index) }
    } else {
      for index in partitions.indices { consider(index) }
    }
    return best
  }

  /// Where it stands in the queue's own order, whatever order it was found in.
  func standing(of candidate: Candidate) -> Candidate {
    guard rules.passOrder != nil else { return candidate }
    return Candidate(
      partition: candidate.partition, key: rules.order.key(of: candidate.pending), pending: candidate.pending)
  }

  /// As it is tried, whatever order it was found in.
  func candidate(of candidate: Candidate) -> Candidate {
    guard let passOrder = rules.passOrder else { return candidate }
    return Candidate(
      partition: candidate.partition, key: passOrder.key(of: candidate.pending), pending: candidate.pending)
  }

  /// How many go before it; nil when it does not wait.
  package func position(of pending: PendingDeployment) -> Int? {
    let key = rules.order.key(of: pending)
    guard let own = partition(of: pending), let place = partitions[own].main.position(of: key) else {
      return nil
    }
    return partitions.indices.reduce(place) { sum, index in
      guard index != own else { return sum }
      let (other, rank) = (partitions[index].rank, partitions[own].rank)
      if other == rank { return sum + partitions[index].main.count(before: key) }
      return sum + (other < rank ? partitions[index].main.count : 0)
    }
  }
}

extension PendingQueue: Sequence {
  package struct Iterator: IteratorProtocol {
    private let queue: PendingQueue
    private var heads: [SortedQueue.Entry?]

    fileprivate init(_ queue: PendingQueue) {
      self.queue = queue
      heads = queue.partitions.map(\.main.first)
    }

    package mutating func next() -> Candidate? {
      guard let first = queue.first({ heads[$0] }) else { return nil }
      heads[first.partition] = queue.partitions[first.partition].main.first(from: first.key.next)
      return first
    }
  }

  /// In order.
  package func makeIterator() -> Iterator { Iterator(self) }
  package var underestimatedCount: Int { count }
}
