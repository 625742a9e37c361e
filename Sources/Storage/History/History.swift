import JSON
import POSIX

/// Final rows that have left the working set, as of the snapshot that the journal continues.
///
/// Its files are held open, so it stays readable and the same when a later snapshot supersedes it.
package struct History: Sendable {
  /// Some rows in the order asked for.
  package struct Page: Sendable {
    package let rows: [JSONObject]
    /// Whether no row follows them.
    package let isLast: Bool
  }

  let segments: [Segment]

  init(_ entries: [SegmentEntry], in history: Directory) throws(StorageError) {
    var segments: [Segment] = []
    for entry in entries { segments.append(try Segment(entry, in: history)) }
    self.segments = segments
  }

  package var count: Int { segments.reduce(0) { $0 + $1.entry.rows } }

  package func row(id: Int) throws(StorageError) -> JSONObject? {
    for segment in segments {
      if let row = try segment.row(id: id) { return row }
    }
    return nil
  }

  /// At most `limit` rows and about `budget` bytes of them, rising by id from above `after`, or falling
  /// from below it; always at least one where there is one.
  package func rows(after: Int?, ascending: Bool = true, limit: Int, budget: Int = 1 << 22)
    throws(StorageError) -> Page
  {
    var walks: [SegmentWalk] = []
    for segment in segments where reaches(segment, after: after, ascending: ascending) {
      walks.append(try SegmentWalk(segment, after: after, ascending: ascending))
    }
    var rows: [JSONObject] = []
    var bytes = 0
    while let next = walks.nearest(ascending: ascending) {
      guard rows.isEmpty || rows.count < limit && bytes < budget else {
        return Page(rows: rows, isLast: false)
      }
      rows.append(try walks[next].row())
      bytes += walks[next].withLine { $0.count }
      try walks[next].step()
    }
    return Page(rows: rows, isLast: true)
  }

  private func reaches(_ segment: Segment, after: Int?, ascending: Bool) -> Bool {
    guard let after else { return true }
    return ascending ? segment.entry.lastID > after : segment.entry.firstID < after
  }
}
