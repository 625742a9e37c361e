import JSON
import POSIX

/// An immutable file of final rows, one a line, rising by id, held open.
struct Segment: Sendable {
  let entry: SegmentEntry
  let file: FileDescriptor

  /// Opens the file that `entry` names; the caller holds the state lock, so that it cannot be superseded
  /// and removed meanwhile.
  init(_ entry: SegmentEntry, in history: Directory) throws(StorageError) {
    self.entry = entry
    let name = "history/" + entry.file
    do throws(Errno) { file = try history.open(entry.file, .read) } catch {
      guard error.code == Errno.notThere else { throw StorageError(error) }
      throw .damaged(Damage(name, "the segment is missing"))
    }
    guard try system(file.status()).size >= entry.bytes else {
      throw .damaged(Damage(name, "the segment is shorter than its table says"))
    }
  }

  var name: String { "history/" + entry.file }

  var lines: SortedLines { SortedLines(file, name: name, bounds: 0..<entry.bytes, key: "id") }

  func row(id: Int) throws(StorageError) -> JSONObject? {
    guard (entry.firstID...entry.lastID).contains(id) else { return nil }
    let offset = try lines.offset(ofFirstAtLeast: id, keys: entry.firstID...entry.lastID)
    var reader = LineReader(file, from: offset, to: entry.bytes, chunk: 4096)
    guard try system(reader.advance()) != nil else { return nil }
    let found = reader.withLine { lines.key(of: $0) }
    guard found == id else { return nil }
    return try reader.withLine { bytes throws(StorageError) in try Self.row(bytes, name: name, at: offset) }
  }

  static func row(_ line: UnsafeRawBufferPointer, name: String, at offset: Int) throws(StorageError)
    -> JSONObject
  {
    guard let row = try? JSONParser.parse(line.bindMemory(to: UInt8.self)).object else {
      throw .damaged(Damage(name, offset: offset, "the row cannot be read"))
    }
    return row
  }
}
