import CPosix
import Glibc

/// Bytes in and out of sockets, pipes and terminals, whatever is taken or given at once.
extension FileDescriptor {
  /// The outcome of one read or write.
  package enum Progress: Equatable, Sendable {
    case bytes(Int)
    /// Nothing can be read or written now.
    case wouldBlock
    /// The end of the stream; for writing, nobody reads any more.
    case ended
  }

  /// Sends to a socket, without waiting and without SIGPIPE.
  package func send(_ bytes: UnsafeRawBufferPointer) -> Progress {
    progress { cposix_send(number, bytes.baseAddress, bytes.count) }
  }

  /// Receives from a socket, without waiting.
  package func receive(into room: UnsafeMutableRawBufferPointer) -> Progress {
    progress { cposix_receive(number, room.baseAddress, room.count) }
  }

  /// Reads from anything; waits if nothing is there, so only after a poll has said that something is.
  package func readSome(into room: UnsafeMutableRawBufferPointer) -> Progress {
    progress { Glibc.read(number, room.baseAddress, room.count) }
  }

  /// Writes to anything; to a pipe that a poll has called writable, at most PIPE_BUF bytes do not wait.
  package func writeSome(_ bytes: UnsafeRawBufferPointer) -> Progress {
    progress { Glibc.write(number, bytes.baseAddress, bytes.count) }
  }

  /// Whether reads and writes wait; for everybody who has the same open file.
  package func setBlocking(_ waits: Bool) {
    let flags = fcntl(number, F_GETFL)
    _ = fcntl(number, F_SETFL, waits ? flags & ~O_NONBLOCK : flags | O_NONBLOCK)
  }

  /// An error is an end like any other: the kernel has given the stream up (EPIPE, ECONNRESET, EIO).
  private func progress(_ call: () -> Int) -> Progress {
    while true {
      let count = call()
      if count > 0 { return .bytes(count) }
      if count == 0 { return .ended }
      let code = errno
      if code == EINTR { continue }
      return code == EAGAIN ? .wouldBlock : .ended
    }
  }
}
