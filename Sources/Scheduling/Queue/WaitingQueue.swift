import Model

/// A waiting deployment, and where it stands.
package struct Candidate: Sendable {
  /// Names its lane within one state of the queue.
  let lane: Int
  /// In the order that was asked for.
  package let key: OrderKey
  package let waiting: Waiting
}

/// All who wait, in a total order: lanes of sorted queues, merged when asked.
///
/// One lane holds everybody until limits, fair shares or conditions on nodes set some apart; what a question costs
/// follows the number of lanes and not of those who wait.
package struct WaitingQueue: Sendable {
  let rules: QueueRules
  private(set) var lanes: [Lane] = []
  private var indexes: [LaneID: Int] = [:]
  private(set) var allowances: [UserID: Resources] = [:]
  private var ranks: [UserID: Int] = [:]
  package private(set) var count = 0

  package init(_ rules: QueueRules) { self.rules = rules }

  package var isEmpty: Bool { count == 0 }

  /// Whether anybody waits for nodes of some kind.
  var hasConditions: Bool { lanes.contains { !$0.id.conditions.isEmpty } }

  /// The highest priority that waits; nil when nothing does.
  package var highestPriority: Int? { lanes.compactMap(\.main.highestPriority).max() }

  private func laneID(of waiting: Waiting) -> LaneID {
    let userID = waiting.userID
    return LaneID(
      userID: rules.isFair || allowances[userID] != nil ? userID : nil, conditions: waiting.spec.conditions)
  }

  func lane(of waiting: Waiting) -> Int? { indexes[laneID(of: waiting)] }

  // MARK: - Joining and leaving

  package mutating func insert(_ waiting: Waiting) {
    let index = openLane(laneID(of: waiting))
    lanes[index].insert(
      waiting, key: rules.order.key(of: waiting), passKey: rules.passOrder?.key(of: waiting))
    count += 1
  }

  private mutating func openLane(_ id: LaneID) -> Int {
    if let index = indexes[id] { return index }
    var lane = Lane(id, hasPassOrder: rules.passOrder != nil)
    if let userID = id.userID {
      lane.allowance = allowances[userID]
      lane.rank = ranks[userID] ?? 0
    }
    lanes.append(lane)
    indexes[id] = lanes.count - 1
    return lanes.count - 1
  }

  package mutating func remove(_ waiting: Waiting) {
    let id = laneID(of: waiting)
    guard let index = indexes[id] else { return }
    let before = lanes[index].main.count
    lanes[index].remove(rules.order.key(of: waiting), passKey: rules.passOrder?.key(of: waiting))
    count -= before - lanes[index].main.count
    // The lane of everybody stays: most queues have no other, and are empty now and then.
    guard lanes[index].main.isEmpty, id.userID != nil || !id.conditions.isEmpty else { return }
    indexes[id] = nil
    let last = lanes.removeLast()
    guard index < lanes.count else { return }
    lanes[index] = last
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
    for index in lanes.indices where lanes[index].id.userID == userID {
      lanes[index].allowance = allowance
      if isMore { lanes[index].addEverything() }
    }
  }

  /// A limit is new or gone, so the user's deployments change lanes. Costs a look at everybody.
  private mutating func move(_ userID: UserID, to allowance: Resources?) {
    let own = filter { $0.waiting.userID == userID }
    for entry in own { remove(entry.waiting) }
    allowances[userID] = allowance
    for entry in own { insert(entry.waiting) }
  }

  /// The lower of two goes first, under fair shares.
  mutating func setRank(of userID: UserID, to rank: Int) {
    ranks[userID] = rank == 0 ? nil : rank
    for index in lanes.indices where lanes[index].id.userID == userID { lanes[index].rank = rank }
  }

  // MARK: - News

  var hasUntried: Bool { lanes.contains(where: \.hasUntried) }

  mutating func addEverything() {
    for index in lanes.indices { lanes[index].addEverything() }
  }

  /// All before the key of each lane were tried; all of them for nil.
  mutating func forgetUntried(before keys: [OrderKey]?) {
    for index in lanes.indices { lanes[index].forgetUntried(before: keys?[index] ?? .highest) }
  }

  // MARK: - Order

  /// Whether one lane's next goes before another's, given their keys in the same order.
  func precedes(_ a: (lane: Int, key: OrderKey), _ b: (lane: Int, key: OrderKey)) -> Bool {
    let (first, second) = (lanes[a.lane].rank, lanes[b.lane].rank)
    return first == second ? a.key < b.key : first < second
  }

  func precedes(_ a: Candidate, _ b: Candidate) -> Bool { precedes((a.lane, a.key), (b.lane, b.key)) }

  /// The first of what each lane offers, or each of some.
  func first(of some: [Int]? = nil, _ offer: (Int) -> SortedQueue.Entry?) -> Candidate? {
    var best: Candidate?
    func consider(_ index: Int) {
      guard let entry = offer(index) else { return }
      let candidate = Candidate(lane: index, key: entry.key, waiting: entry.waiting)
      if best.map({ precedes(candidate, $0) }) ?? true { best = candidate }
    }
    if let some {
      for index in some { consider(index) }
    } else {
      for index in lanes.indices { consider(index) }
    }
    return best
  }

  /// Where it stands in the queue's own order, whatever order it was found in.
  func standing(of candidate: Candidate) -> Candidate {
    guard rules.passOrder != nil else { return candidate }
    return Candidate(
      lane: candidate.lane, key: rules.order.key(of: candidate.waiting), waiting: candidate.waiting)
  }

  /// As it is tried, whatever order it was found in.
  func trial(of candidate: Candidate) -> Candidate {
    guard let passOrder = rules.passOrder else { return candidate }
    return Candidate(
      lane: candidate.lane, key: passOrder.key(of: candidate.waiting), waiting: candidate.waiting)
  }

  /// How many go before it; nil when it does not wait.
  package func position(of waiting: Waiting) -> Int? {
    let key = rules.order.key(of: waiting)
    guard let own = lane(of: waiting), let place = lanes[own].main.position(of: key) else { return nil }
    return lanes.indices.reduce(place) { sum, index in
      guard index != own else { return sum }
      let (other, rank) = (lanes[index].rank, lanes[own].rank)
      if other == rank { return sum + lanes[index].main.count(before: key) }
      return sum + (other < rank ? lanes[index].main.count : 0)
    }
  }
}

extension WaitingQueue: Sequence {
  package struct Iterator: IteratorProtocol {
    private let queue: WaitingQueue
    private var heads: [SortedQueue.Entry?]

    fileprivate init(_ queue: WaitingQueue) {
      self.queue = queue
      heads = queue.lanes.map(\.main.first)
    }

    package mutating func next() -> Candidate? {
      guard let first = queue.first({ heads[$0] }) else { return nil }
      heads[first.lane] = queue.lanes[first.lane].main.first(from: first.key.next)
      return first
    }
  }

  /// In order.
  package func makeIterator() -> Iterator { Iterator(self) }
  package var underestimatedCount: Int { count }
}
