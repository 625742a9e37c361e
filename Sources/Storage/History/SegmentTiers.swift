/// The choice of segments that are merged, so that their number stays logarithmic in the rows and each row is rewritten
/// a logarithmic number of times. Source: O'Neil et al., "The Log-Structured Merge-Tree", 1996 (tiering).
enum SegmentTiers {
  /// Segments of one tier that make one of the next.
  static let width = 4
  private static let smallestBytes = 1 << 16

  /// The segments to merge next, of the smallest tier that is full; nil when none is.
  static func due(_ entries: [SegmentEntry]) -> [SegmentEntry]? {
    let tiers = Dictionary(grouping: entries) { tier(bytes: $0.bytes) }
    return tiers.filter { $0.value.count >= width }.min { $0.key < $1.key }?.value
  }

  static func tier(bytes: Int) -> Int {
    var tier = 0
    var limit = smallestBytes
    while bytes >= limit {
      tier += 1
      limit *= width
    }
    return tier
  }
}
