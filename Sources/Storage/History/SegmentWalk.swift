import JSON
import POSIX

/// A walk through one segment, up or down by id.
struct SegmentWalk {
  private enum Lines {
    case up(LineReader)
    case down(BackwardLineReader)
  }

  private let segment: Segment
  private let sorted: SortedLines
  private var lines: Lines
  /// The row it stands at; nil at the end.
  private(set) var id: Int?
  private var offset = 0

  /// Stands at the first row above `after` going up, or the last one below it going down.
  init(_ segment: Segment, after: Int?, ascending: Bool) throws(StorageError) {
    self.segment = segment
    sorted = segment.lines
    let end = segment.entry.bytes
    let keys = segment.entry.firstID...segment.entry.lastID
    if ascending {
      let start = try after.map { id throws(StorageError) in
        try segment.lines.offset(ofFirstAtLeast: id + 1, keys: keys)
      }
      lines = .up(LineReader(segment.file, from: start ?? 0, to: end))
    } else {
      let stop = try after.map { id throws(StorageError) in
        try segment.lines.offset(ofFirstAtLeast: id, keys: keys)
      }
      lines = .down(BackwardLineReader(segment.file, from: 0, to: stop ?? end))
    }
    try step()
  }

  mutating func step() throws(StorageError) {
    let line: LineReader.Line?
    switch lines {
    case .up(var reader):
      // Moved out and back, so that its buffer is never shared and copied.
      lines = .down(BackwardLineReader.empty(segment.file))
      defer { lines = .up(reader) }
      line = try system(reader.advance())
    case .down(var reader):
      lines = .down(BackwardLineReader.empty(segment.file))
      defer { lines = .down(reader) }
      line = try system(reader.advance())
    }
    id = nil
    guard let line else { return }
    offset = line.offset
    id = withLine { sorted.key(of: $0) }
    guard id != nil else { throw sorted.damage(at: offset) }
  }

  /// The text of the row it stands at, without its LF.
  func withLine<T, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> T) throws(E) -> T {
    switch lines {
    case .up(let reader): return try reader.withLine(body)
    case .down(let reader): return try reader.withLine(body)
    }
  }

  func row() throws(StorageError) -> JSONObject {
    try withLine { bytes throws(StorageError) in try Segment.row(bytes, name: segment.name, at: offset) }
  }
}

extension [SegmentWalk] {
  /// Which one stands at the next row; nil when all have ended.
  func nearest(ascending: Bool) -> Int? {
    var best: (place: Int, id: Int)?
    for place in indices {
      guard let id = self[place].id else { continue }
      if let known = best?.id, ascending ? id >= known : id <= known { continue }
      best = (place, id)
    }
    return best?.place
  }
}
