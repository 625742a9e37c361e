import Model

/// One number for each node, and the stamps of what it was worked out from.
struct ScoreColumn {
  /// Of a node where the demand does not fit.
  static let none = Int.max

  private(set) var scores: [Int] = []
  /// Which device a share goes to; −1: the demand has no share.
  private(set) var devices: [Int16] = []
  private var stamps: [Int] = []
  private var mixStamp = 0
  var lastUse = 0

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

  /// The lowest score; of equals the first. Nil when the demand fits nowhere.
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
