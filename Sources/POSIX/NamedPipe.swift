import Glibc

/// A pipe with a name (fifo(7)), held open at both ends, so that neither reader nor writer ever sees its end.
package struct NamedPipe {
  /// Non-blocking, to read from.
  package let reading: FileDescriptor
  /// Blocking, to be handed to who writes.
  package let writing: FileDescriptor

  /// Makes the pipe, mode 0600, or takes the one that is there with what it holds.
  package init(_ path: String) throws(Errno) {
    guard mkfifo(path, 0o600) == 0 || errno == EEXIST else { throw .last("mkfifo", path) }
    // Opened twice: whether reads and writes wait belongs to the open file, not to the number.
    reading = try .open(path, .read)
    writing = try .open(path, .readWrite)
  }

  /// Makes the pipe at `path` readable, if somebody has it open; else nothing comes of it.
  package static func nudge(_ path: String) {
    let number = Glibc.open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
    guard number >= 0 else { return }
    // Full, it is readable already.
    _ = Glibc.write(number, [0], 1)
    close(number)
  }

  /// Takes all there is, unread.
  package func drain() {
    withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { room in
      while let count = try? read(into: room), count == room.count {}
    }
  }

  /// What can be read now, at most a buffer full; 0 when there is nothing.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    do throws(Errno) {
      return try retryingInterrupts("read") {
        Glibc.read(reading.number, buffer.baseAddress, buffer.count)
      }
    } catch {
      guard error.code == EAGAIN else { throw error }
      return 0
    }
  }
}
