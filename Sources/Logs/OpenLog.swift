import POSIX

/// The file under a `LogWriter`.
///
/// Invariant: what stands before the last `kept` bytes is a hole; a gap may be among those.
final class OpenLog {
  private let file: FileDescriptor
  /// Holes smaller than this, or not on its multiples, give nothing back.
  private let block: Int
  private var start: Int
  private(set) var end: Int
  /// False once the file system has said that it cannot.
  private(set) var canPunch = true
  private var endsLine = true

  /// Goes on after what an earlier writer kept.
  init(_ path: String) throws(Errno) {
    if let slash = path.lastIndex(of: "/") { try Directory.makePath(String(path[..<slash]), durably: false) }
    file = try FileDescriptor.open(path, .append)
    block = max(4096, try file.blockSize())
    end = try file.status().size
    start = try file.firstData(from: 0) ?? end
    if end > start { endsLine = try file.read(end - 1..<end) == [0x0A] }
  }

  var kept: Int { end - start }

  func append(_ bytes: UnsafeRawBufferPointer) -> (written: Int, failure: Errno?) {
    let result = file.append(bytes)
    end += result.written
    if result.written > 0 { endsLine = bytes[result.written - 1] == 0x0A }
    return result
  }

  /// Adds a line of our own, whole or not at all.
  func appendLine(_ line: String) -> Bool {
    let before = (end, endsLine)
    let text = Array(((endsLine ? "" : "\n") + line + "\n").utf8)
    guard text.withUnsafeBytes({ append($0).failure }) != nil else { return true }
    // A half line would be read as output.
    if (try? file.truncate(to: before.0)) != nil { (end, endsLine) = before }
    return false
  }

  /// Gives back so much that some sixteenth of `limit` can be added before it is asked for again.
  func punch(keeping limit: Int) throws(Errno) {
    let wanted = (end - limit + limit / 16 + block - 1) / block * block
    guard wanted > start, wanted < end else { return }
    do throws(Errno) {
      try file.punchHole(start / block * block..<wanted)
    } catch {
      canPunch = false
      throw error
    }
    start = wanted
  }

  /// Goes on at `offset`, beyond the end, with a hole before it. Where it has no whole block stand line feeds: zeros
  /// would be read as output.
  func leaveGap(to offset: Int) throws(Errno) {
    let before = end
    do throws(Errno) {
      try fill(to: min(offset, (end + block - 1) / block * block))
      let hole = offset / block * block
      if hole > end {
        try file.truncate(to: hole)
        end = hole
      }
      try fill(to: offset)
    } catch {
      try? file.truncate(to: before)
      end = before
      throw error
    }
  }

  private func fill(to offset: Int) throws(Errno) {
    let result = Array(repeating: UInt8(ascii: "\n"), count: offset - end).withUnsafeBytes { append($0) }
    if let failure = result.failure { throw failure }
  }
}
