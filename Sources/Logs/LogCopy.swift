import POSIX

/// A log written on another machine, kept here too: the same bytes at the same offsets.
///
/// What comes twice is kept once. One writer at a time.
package struct LogCopy: Sendable {
  private let path: String
  private let limitBytes: Int

  package init(path: String, limitBytes: Int) {
    self.path = path
    self.limitBytes = limitBytes
  }

  package struct Taken: Sendable {
    /// Where the next bytes are to stand.
    package let end: Int
    /// Bytes of these that could not be kept, and why.
    package let dropped: Int
    package let failure: Errno?
  }

  /// The bytes do not follow what is here.
  package struct Gap: Error, Sendable {
    package let end: Int
  }

  /// Keeps the bytes, which stand at `offset`. `afterGap`: what is between the end of what is here and them is kept
  /// nowhere any more, and stays a gap.
  ///
  /// Not synced, as no log is. What there is no room for is dropped, which the next bytes come after as a gap.
  package func take(_ bytes: [UInt8], at offset: Int, afterGap: Bool) throws -> Taken {
    let file: OpenLog
    do throws(Errno) { file = try OpenLog(path) } catch {
      return Taken(end: try LogReader(path: path)?.end ?? 0, dropped: bytes.count, failure: error)
    }
    let new = bytes.dropFirst(max(0, file.end - offset))
    guard !new.isEmpty else { return Taken(end: file.end, dropped: 0, failure: nil) }
    guard offset <= file.end || afterGap else { throw Gap(end: file.end) }
    if offset > file.end {
      do throws(Errno) { try file.leaveGap(to: offset) } catch {
        return Taken(end: file.end, dropped: new.count, failure: error)
      }
    }
    var failure = giveBackOldest(of: file)
    // Nothing can be given back there: the newest is what is lost.
    guard file.kept <= limitBytes else {
      return Taken(end: file.end, dropped: new.count, failure: failure)
    }
    let result = new.withUnsafeBytes { file.append($0) }
    failure = result.failure ?? giveBackOldest(of: file)
    return Taken(end: file.end, dropped: new.count - result.written, failure: failure)
  }

  private func giveBackOldest(of file: OpenLog) -> Errno? {
    guard file.kept > limitBytes else { return nil }
    do throws(Errno) { try file.punch(keeping: limitBytes) } catch { return error }
    return nil
  }
}
