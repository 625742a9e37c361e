import Model

/// Scores of nodes by measure and demand, and the tables of the mix they were worked out from.
struct StrandingMemo: Memorable {
  /// How many demands are remembered.
  private static let mostColumns = 256

  struct Key: Hashable {
    let measure: ObjectIdentifier
    let demand: Resources
  }

  private var tables: (stamp: Int, tables: ShapeTables)?
  private var columns: [Key: ScoreColumn] = [:]
  private var uses = 0

  /// Taken out to be written in place, and to be put back.
  mutating func takeColumn(_ key: Key) -> ScoreColumn { columns.removeValue(forKey: key) ?? ScoreColumn() }

  mutating func putColumn(_ column: ScoreColumn, _ key: Key) {
    uses += 1
    var column = column
    column.lastUse = uses
    columns[key] = column
    guard columns.count > Self.mostColumns else { return }
    if let oldest = columns.min(by: { $0.value.lastUse < $1.value.lastUse }) { columns[oldest.key] = nil }
  }

  mutating func tables(of mix: ShapeMix) -> ShapeTables {
    if let known = tables, known.stamp == mix.stamp { return known.tables }
    let made = ShapeTables(mix.typical)
    tables = (mix.stamp, made)
    return made
  }
}
