import JSON
import POSIX

/// A writer of a segment: rows must come rising by id.
struct SegmentWriter {
  private let fileName: String
  private var output: FileWriter
  private var rows = 0
  private var firstID: Int?
  private var lastID = 0

  /// Makes `fileName` in `history`.
  init(_ fileName: String, in history: Directory) throws(StorageError) {
    self.fileName = fileName
    output = FileWriter(try system(history.open(fileName, .replace)))
  }

  mutating func append(_ row: JSONObject) throws(StorageError) {
    guard row.members.first?.key == "id", let id = row.members[0].value.int else {
      preconditionFailure("a history row begins with its integer id")
    }
    try count(id)
    try output.append(row)
    try output.append(CollectionOfOne(UInt8(ascii: "\n")))
  }

  mutating func append(id: Int, line: UnsafeRawBufferPointer) throws(StorageError) {
    try count(id)
    try output.append(line)
    try output.append(CollectionOfOne(UInt8(ascii: "\n")))
  }

  /// Returns only after the content is on disk (its name needs the directory's sync); nil when no row came.
  mutating func finish() throws(StorageError) -> SegmentEntry? {
    guard let firstID else { return nil }
    try output.flush()
    try system(output.file.sync())
    return SegmentEntry(
      file: fileName, bytes: output.size, rows: rows, firstID: firstID, lastID: lastID, sum: output.sum)
  }

  private mutating func count(_ id: Int) throws(StorageError) {
    guard firstID == nil || id > lastID else {
      throw .damaged(Damage("history/" + fileName, "id \(id) would follow id \(lastID)"))
    }
    rows += 1
    firstID = firstID ?? id
    lastID = id
  }
}
