import Model

/// The times when the least loss of an eviction is worth it: before and at `until`, and from `from` on.
struct WorthWindow: Sendable {
  static let never = WorthWindow(until: .min, from: .max)

  /// Milliseconds.
  let until: Int
  let from: Int

  func contains(_ milliseconds: Int) -> Bool { milliseconds <= until || milliseconds >= from }
}

/// The price in lost work of others that the waiting of the first in line is worth.
///
/// What a set of victims loses grows linearly with time, so the least loss of a node is a concave function of it, and
/// what the waiting is worth a line: they meet twice at most. Newton's steps on the difference find both, from the left
/// and from far ahead. So the answer depends on the node and not on when it is asked for, and can be kept.
struct EvictionPrice {
  /// Seventeen years, in milliseconds: beyond every deadline, and a node's work over as long fits twice.
  private static let farAhead = 1 << 39
  private static let stepLimit = 16

  private let pending: PendingDeployment
  private let weights: SizeWeights
  /// Work that a millisecond of waiting is worth.
  private let rate: Int

  init(_ pending: PendingDeployment, worth percent: Int, _ weights: SizeWeights) {
    self.pending = pending
    self.weights = weights
    rate = weights.work(milliseconds: 1, of: pending.demand) * percent / 100
  }

  func window(on node: NodeOccupancy) -> WorthWindow {
    guard let levels = EvictedLevels(for: pending, on: node) else { return .never }
    return WorthWindow(until: end(on: node, levels), from: start(on: node, levels))
  }

  /// The loss of some victims, as a line over the time since the creation of who waits.
  private struct Line {
    var rate = 0
    var offset = 0
  }

  private func leastLoss(at time: Int, on node: NodeOccupancy, _ levels: EvictedLevels) -> Line {
    let now = Timestamp(milliseconds: origin + time)
    var search = VictimSearch(for: pending, on: node, levels: levels, weights: weights, now: now)
    return search.leastLoss().victims.compactMap { node.allocations[$0] }.reduce(into: Line()) {
      line, victim in
      let work = weights.work(milliseconds: 1, of: victim.held)
      line.rate += work
      let age = origin - victim.savedAt.milliseconds
      line.offset += work * min(max(age, -Self.farAhead), Self.farAhead)
    }
  }

  private var origin: Int { pending.createdAt.milliseconds }

  /// Until when it is worth it since the last of them began.
  private func end(on node: NodeOccupancy, _ levels: EvictedLevels) -> Int {
    let latest = node.allocations.values.map(\.savedAt.milliseconds).max() ?? origin
    var time = min(max(0, latest - origin), Self.farAhead)
    var end = Int.min
    for _ in 0..<Self.stepLimit {
      let loss = leastLoss(at: time, on: node, levels)
      // The rate is a percentage that may be set as high as one likes.
      let (worth, isBeyond) = rate.multipliedReportingOverflow(by: time)
      guard isBeyond || worth >= loss.rate * time + loss.offset else { return end }
      guard loss.rate > rate else { return .max }
      let last = -loss.offset / (loss.rate - rate)
      end = origin + last
      guard last > time, last < Self.farAhead else { return end }
      time = last
    }
    return end
  }

  /// From when on it is worth it for good.
  private func start(on node: NodeOccupancy, _ levels: EvictedLevels) -> Int {
    var time = Self.farAhead
    var start = Int.max
    for _ in 0..<Self.stepLimit {
      let loss = leastLoss(at: time, on: node, levels)
      guard rate > loss.rate else { return start }
      let first = loss.offset <= 0 ? 0 : (loss.offset + rate - loss.rate - 1) / (rate - loss.rate)
      guard first <= time else { return start }
      start = origin + first
      guard first < time else { return start }
      time = first
    }
    return start
  }
}
