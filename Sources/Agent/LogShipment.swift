import JSON
import Logs
import POSIX
import Runners

/// The transfer of output to a server that cannot read it here, in its order and one piece of an attempt at a time.
struct LogShipment {
  private struct Progress {
    var reader: LogReader?
    /// What the server has; what comes next.
    var sent = 0
    /// Nothing of what lies before `sent` is missing there.
    var hasGap = false
    var isUnderWay = false
  }

  private var progress: [AttemptName: Progress] = [:]

  /// Bytes of one piece.
  private static let pieceBytes = 128 << 10
  /// Seconds between two looks for more output.
  static let pauseSeconds = 0.1

  /// The next piece of the attempt; nil when the server has all there is, or is being sent some.
  mutating func next(of name: AttemptName, log: String) -> (offset: Int, bytes: [UInt8], isAfterGap: Bool)? {
    var mine = progress[name, default: Progress()]
    defer { progress[name] = mine }
    guard !mine.isUnderWay else { return nil }
    if mine.reader == nil { mine.reader = (try? LogReader(path: log)) ?? nil }
    guard let reader = mine.reader,
      let piece = try? reader.read(from: mine.sent, limit: Self.pieceBytes), !piece.bytes.isEmpty
    else { return nil }
    mine.isUnderWay = true
    return (piece.offset, piece.bytes, mine.hasGap || piece.offset > mine.sent)
  }

  /// Whether all there is has arrived.
  func isComplete(_ name: AttemptName, log: String) -> Bool {
    guard let mine = progress[name] else { return false }
    guard !mine.isUnderWay else { return false }
    // Silent programs have no log; one that cannot be opened now (too many are) is tried again.
    guard let reader = mine.reader else { return FileKind(of: log) == .absent }
    guard let end = try? reader.end else { return true }
    return mine.sent >= end
  }

  mutating func took(_ name: AttemptName, _ result: JSONValue, from offset: Int, count: Int) {
    progress[name]?.isUnderWay = false
    let dropped = result["dropped"]?.int ?? 0
    // What it had no room for is not brought again: its output goes on.
    progress[name]?.sent = dropped > 0 ? offset + count : result["end"]?.int ?? offset + count
    progress[name]?.hasGap = dropped > 0
  }

  /// It was refused, or may be: begun again where the server says it is, else given up.
  mutating func failed(_ name: AttemptName, at end: Int?) {
    progress[name]?.isUnderWay = false
    progress[name]?.sent = end ?? .max / 2
  }

  /// What was under way may not have arrived; sent again it is taken once.
  mutating func disconnected() {
    for name in progress.keys { progress[name]?.isUnderWay = false }
  }

  mutating func keepOnly(_ names: Set<AttemptName>) {
    for name in progress.keys where !names.contains(name) { progress[name] = nil }
  }
}
