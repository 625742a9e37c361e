import Model
import Synchronization

/// Scores that placements have worked out and need not work out again while a node stays as it is.
///
/// Not part of what a snapshot says: every score is a function of a node's state, a need and a mix, and is kept under
/// the stamps of the two that change. A stamp is given to one state of one node or mix, and to no other, in any copy of
/// the snapshot; so copies share the memo, and losing it costs nothing but time.
final class PlacementMemo: Sendable {
  /// How many needs are remembered.
  private static let mostColumns = 256
  private static let mostHeads = 8

  struct Key: Hashable {
    let measure: ObjectIdentifier
    /// Nil: the nodes as they are, with nothing placed.
    let demand: Resources?
  }

  struct Content {
    fileprivate var tables: (stamp: Int, tables: ShapeTables)?
    private var columns: [Key: ScoreColumn] = [:]
    private var uses = 0
    /// Of the head that was asked for last: there is one at a time.
    private var fitTimes: FitTimes?
    /// Of heads that are due; there are as many as kinds of conditions.
    private var worthWindows: [WorthWindows.Key: WorthWindows] = [:]

    /// Taken out to be written in place, and to be put back.
    mutating func takeColumn(_ key: Key) -> ScoreColumn { columns.removeValue(forKey: key) ?? ScoreColumn() }

    mutating func putColumn(_ column: ScoreColumn, _ key: Key) {
      uses += 1
      var column = column
      column.lastUse = uses
      columns[key] = column
      guard columns.count > PlacementMemo.mostColumns else { return }
      if let oldest = columns.min(by: { $0.value.lastUse < $1.value.lastUse }) { columns[oldest.key] = nil }
    }

    mutating func useFitTimes<Result>(
      of demand: Resources, count: Int, _ body: (inout FitTimes) -> Result
    ) -> Result {
      var times = FitTimes(demand, count: count)
      if let known = fitTimes, known.demand == demand, known.count == count { times = known }
      fitTimes = nil
      defer { fitTimes = times }
      return body(&times)
    }

    mutating func useWorthWindows<Result>(
      _ key: WorthWindows.Key, _ body: (inout WorthWindows) -> Result
    ) -> Result {
      var windows = worthWindows.removeValue(forKey: key) ?? WorthWindows(count: key.count)
      if worthWindows.count >= PlacementMemo.mostHeads { worthWindows = [:] }
      defer { worthWindows[key] = windows }
      return body(&windows)
    }

    mutating func tables(of mix: ShapeMix) -> ShapeTables {
      if let known = tables, known.stamp == mix.stamp { return known.tables }
      let made = ShapeTables(mix.typical)
      tables = (mix.stamp, made)
      return made
    }
  }

  private let lastStamp = Atomic<Int>(0)
  private let content = Mutex(Content())

  func makeStamp() -> Int { lastStamp.wrappingAdd(1, ordering: .relaxed).newValue }

  func use<Result: Sendable>(_ body: (inout Content) -> Result) -> Result {
    content.withLock { body(&$0) }
  }
}

/// One number for each node, and the stamps of what it was worked out from.
struct ScoreColumn {
  /// Of a node where the need does not fit.
  static let none = Int.max

  private(set) var scores: [Int] = []
  /// Which device a share goes to; −1: the need has no share.
  private(set) var devices: [Int16] = []
  private var stamps: [Int] = []
  private var mixStamp = 0
  fileprivate(set) var lastUse = 0

  /// Forgets what was worked out from another mix or other nodes.
  mutating func prepare(count: Int, mixStamp: Int) {
    guard scores.count != count || self.mixStamp != mixStamp else { return }
    self.mixStamp = mixStamp
    scores = Array(repeating: Self.none, count: count)
    devices = Array(repeating: -1, count: count)
    stamps = Array(repeating: 0, count: count)
  }

  @inline(__always)
  func isCurrent(_ index: Int, _ stamp: Int) -> Bool { stamps[index] == stamp }

  @inline(__always)
  mutating func set(_ index: Int, _ score: Int, device: Int = -1, stamp: Int) {
    scores[index] = score
    devices[index] = Int16(truncatingIfNeeded: device)
    stamps[index] = stamp
  }

  /// The lowest score; of equals the first. Nil when the need fits nowhere.
  func lowest(among choice: NodeChoice) -> Int? {
    var least = Self.none
    guard !choice.isAll else {
      for score in scores where score < least { least = score }
      return least == Self.none ? nil : scores.firstIndex(of: least)
    }
    var best: Int?
    for index in scores.indices where scores[index] < least && choice.allows(index) {
      least = scores[index]
      best = index
    }
    return best
  }
}
