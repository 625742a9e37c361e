import Model

/// The demand of a deployment, as far as it decides which GPU others can use.
package struct Shape: Hashable, Comparable, Sendable {
  package let cpu: Thousandths
  package let gpu: Thousandths

  package init(_ demand: Resources) {
    cpu = demand.cpu
    gpu = demand.gpu
  }

  package static func < (a: Self, b: Self) -> Bool { (a.cpu, a.gpu) < (b.cpu, b.gpu) }
}

/// The shapes that a cluster is asked for, and how often: what placements that think of the next ones go by.
///
/// Learnt from what waits and runs now. So it is a function of the rows alone: kept or rebuilt, in whichever process,
/// it is the same, and so are the plans. A shape weighs the largest power of two not above its count. Measured on openb
/// that places as well as the counts themselves, and it changes so seldom that scores can be kept.
package struct ShapeMix: Sendable {
  package typealias Entry = (shape: Shape, weight: Int)

  private static let mostShapes = 128
  /// What typical shapes cover of those that are known beforehand (Weng, Yang et al., ATC'23).
  private static let coverPercent = 95

  private let memo: Memo
  private var counts: [Shape: Int] = [:]
  private var known: [Shape: Int] = [:]
  /// Names the weights: another number when one of them changes, never used twice among copies.
  private(set) var stamp: Int

  init(_ memo: Memo) {
    self.memo = memo
    stamp = memo.makeStamp()
  }

  mutating func follow(from old: Deployment?, to new: Deployment?) {
    let gone = old.flatMap { $0.isFinal ? nil : Shape($0.spec.required) }
    let come = new.flatMap { $0.isFinal ? nil : Shape($0.spec.required) }
    guard gone != come else { return }
    if let gone { count(gone, -1) }
    if let come { count(come, 1) }
  }

  private mutating func count(_ shape: Shape, _ change: Int) {
    let before = counts[shape, default: 0]
    let after = before + change
    counts[shape] = after > 0 ? after : nil
    if Self.weight(before) != Self.weight(after), known.isEmpty { stamp = memo.makeStamp() }
  }

  /// From now on these are what is asked for, whatever comes; none: what comes is learnt from.
  mutating func know(_ shapes: [Shape: Int]) {
    known = shapes
    stamp = memo.makeStamp()
  }

  private static func weight(_ count: Int) -> Int {
    count > 0 ? 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount) : 0
  }

  /// The heaviest first.
  var typical: [Entry] {
    guard known.isEmpty else { return typicalOfKnown }
    let entries = counts.map { Entry($0.key, Self.weight($0.value)) }
    return Array(entries.sorted { ($1.weight, $0.shape) < ($0.weight, $1.shape) }.prefix(Self.mostShapes))
  }

  private var typicalOfKnown: [Entry] {
    let all = known.values.reduce(0, +)
    var covered = 0
    return known.map { Entry($0.key, $0.value) }
      .sorted { ($1.weight, $1.shape) < ($0.weight, $0.shape) }
      .prefix { entry in
        defer { covered += entry.weight }
        return 100 * covered < Self.coverPercent * all
      }
  }
}
