import JSON
import POSIX

/// The joining of segments into one, reading and writing in bounded memory.
enum SegmentMerge {
  /// Writes the rows of `entries` that `keeps` lets pass into `fileName`; nil when none is left. Returns
  /// only after the content is on disk.
  static func merge(
    _ entries: [SegmentEntry], into fileName: String, in history: Directory,
    keeping keeps: (@Sendable (JSONObject) -> Bool)? = nil
  ) throws(StorageError) -> SegmentEntry? {
    var walks: [SegmentWalk] = []
    for entry in entries {
      walks.append(try SegmentWalk(Segment(entry, in: history), after: nil, ascending: true))
    }
    var writer = try SegmentWriter(fileName, in: history)
    while let next = walks.nearest(ascending: true) {
      let id = walks[next].id!
      if try keeps.map({ keeps throws(StorageError) in keeps(try walks[next].row()) }) ?? true {
        try walks[next].withLine { line throws(StorageError) in try writer.append(id: id, line: line) }
      }
      try walks[next].step()
    }
    return try writer.finish()
  }
}
