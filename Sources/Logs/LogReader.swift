import POSIX

/// A reader of the kept output of one attempt, also while it is written.
///
/// Offsets count all output ever written, kept or not.
package final class LogReader: Sendable {
  private let file: FileDescriptor

  /// Nil when nothing has been written (yet).
  package init?(path: String) throws(Errno) {
    do throws(Errno) {
      file = try FileDescriptor.open(path, .read)
    } catch {
      guard error.code == Errno.notThere else { throw error }
      return nil
    }
  }

  /// Where the next byte of output will stand.
  package var end: Int {
    get throws(Errno) { try file.status().size }
  }

  /// At most `limit` bytes from `offset`, or from the next that are kept when those are not; `offset` in the answer
  /// is where the bytes begin, `end` when there is nothing there yet. Fewer than there are where a gap follows.
  package func read(from offset: Int, limit: Int) throws(Errno) -> (offset: Int, bytes: [UInt8]) {
    var from = max(0, offset)
    while true {
      let end = try self.end
      guard from < end, let kept = try file.firstData(from: from) else { return (end, []) }
      from = kept
      let gap = try file.firstHole(from: from) ?? end
      let bytes = try file.read(from..<min(max(end, from), max(gap, from), from + max(0, limit)))
      // Given back while it was read: zeros, not output.
      if try file.firstData(from: from) == from { return (from, bytes) }
    }
  }
}
