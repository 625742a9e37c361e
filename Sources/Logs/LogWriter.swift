import POSIX

/// The output of one attempt in a file: the newest `limitBytes` of it.
///
/// An offset in the file is an offset in the output, for ever: the oldest bytes are given back to the file
/// system as a hole. What cannot be kept is dropped and counted, since a full disk must not stop the program.
/// One writer at a time; not synced, as a log need not outlive the machine's fall.
package final class LogWriter {
  private let path: String
  private let limitBytes: Int
  private var file: OpenLog?
  /// Dropped since the last line about it was written.
  private var untoldBytes = 0
  private var lastFailure: Errno?
  private var isFull = false

  /// Bytes of output that were not kept for want of room, by this writer.
  package private(set) var droppedBytes = 0

  /// Opens nothing yet: that comes with the first bytes, so that silent programs start sooner.
  package init(path: String, limitBytes: Int) {
    self.path = path
    self.limitBytes = limitBytes
  }

  /// What went wrong, one sentence that says what to do; nil when all output was kept or gave way to newer.
  package var problem: String? {
    guard droppedBytes > 0 else { return nil }
    if isFull {
      return "\(droppedBytes) bytes of its output were dropped: the log \(path) has its \(limitBytes) bytes, "
        + "and its file system cannot give the oldest back; keep logs on ext4, xfs, btrfs or tmpfs."
    }
    let reason = lastFailure?.reason ?? "it could not be written"
    return "\(droppedBytes) bytes of its output were dropped: \(path): \(reason); make room there, or keep "
      + "logs elsewhere."
  }

  /// Adds output at the end.
  package func append(_ bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty else { return }
    guard !isFull, let file = opened(), tellOfDropped(in: file) else { return drop(bytes.count) }
    guard file.canPunch else { return appendUpToLimit(bytes, to: file) }
    take(bytes, in: file)
    if file.kept > limitBytes { giveBackOldest(of: file) }
  }

  package func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  /// Says what was dropped since the last time it was said, if there is room for it now.
  package func finish() {
    guard !isFull, untoldBytes > 0, let file = opened() else { return }
    _ = tellOfDropped(in: file)
  }

  private func opened() -> OpenLog? {
    if let file { return file }
    do throws(Errno) {
      file = try OpenLog(path)
    } catch {
      lastFailure = error
    }
    return file
  }

  private func take(_ bytes: UnsafeRawBufferPointer, in file: OpenLog) {
    let result = file.append(bytes)
    guard let failure = result.failure else { return }
    lastFailure = failure
    drop(bytes.count - result.written)
  }

  private func drop(_ count: Int) {
    droppedBytes += count
    untoldBytes += count
  }

  /// True when nothing is left to tell.
  private func tellOfDropped(in file: OpenLog) -> Bool {
    guard untoldBytes > 0 else { return true }
    let reason = lastFailure?.reason ?? "it could not be written"
    guard file.appendLine("[berth: \(untoldBytes) bytes of output were dropped: \(reason)]") else {
      return false
    }
    untoldBytes = 0
    return true
  }

  // MARK: - The limit

  private func giveBackOldest(of file: OpenLog) {
    do throws(Errno) {
      try file.punch(keeping: limitBytes)
    } catch {
      lastFailure = error
      close(file)
    }
  }

  /// Where nothing can be given back the newest output is what is lost.
  private func appendUpToLimit(_ bytes: UnsafeRawBufferPointer, to file: OpenLog) {
    let room = max(0, limitBytes - file.kept)
    if room < bytes.count {
      take(UnsafeRawBufferPointer(rebasing: bytes.prefix(room)), in: file)
      drop(bytes.count - room)
      return close(file)
    }
    take(bytes, in: file)
  }

  private func close(_ file: OpenLog) {
    isFull = true
    _ = file.appendLine(
      "[berth: the log has its \(limitBytes) bytes and its file system cannot give the oldest back: "
        + "what follows is not kept]")
  }
}
