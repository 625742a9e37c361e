import CPosix
import Glibc

/// Stream sockets at a path of the file system.
package enum UnixSocket {
  /// Bytes that the kernel has room for in a socket's path.
  package static var pathLimit: Int { Int(cposix_unix_path_limit()) }

  /// A listening socket, non-blocking. `mode` holds from the moment the path is there.
  package static func listen(at path: String, mode: mode_t, backlog: Int32 = 1024) throws(Errno)
    -> FileDescriptor
  {
    let socket = try make(isBlocking: false)
    // The mode of the socket's own inode, less the umask, becomes the path's: no moment with a wider one.
    try retryingInterrupts("fchmod", path) { fchmod(socket.number, mode) }
    try retryingInterrupts("bind", path) { cposix_bind_unix(socket.number, path) }
    try retryingInterrupts("listen", path) { Glibc.listen(socket.number, backlog) }
    return socket
  }

  /// A connected socket, blocking. Waits at most `seconds` for a place in the listener's backlog.
  package static func connect(to path: String, seconds: Double) throws(Errno) -> FileDescriptor {
    let socket = try make(isBlocking: true)
    var limit = timeval(tv_sec: Int(seconds), tv_usec: Int((seconds - seconds.rounded(.down)) * 1e6))
    let size = socklen_t(MemoryLayout<timeval>.size)
    try retryingInterrupts("setsockopt", path) {
      setsockopt(socket.number, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }
    try retryingInterrupts("connect", path) { cposix_connect_unix(socket.number, path) }
    return socket
  }

  private static func make(isBlocking: Bool) throws(Errno) -> FileDescriptor {
    FileDescriptor(owning: try retryingInterrupts("socket") { cposix_unix_socket(isBlocking ? 1 : 0) })
  }

  /// The next connection, non-blocking; nil when none waits.
  package static func accept(from listener: FileDescriptor) throws(Errno) -> FileDescriptor? {
    do throws(Errno) {
      return FileDescriptor(owning: try retryingInterrupts("accept4") { cposix_accept(listener.number) })
    } catch {
      // The connection may have gone again before it was accepted.
      guard error.code == EAGAIN || error.code == ECONNABORTED else { throw error }
      return nil
    }
  }

  /// Who connected, as the kernel saw it then.
  package struct Peer: Equatable, Sendable {
    package let user: uid_t
    package let groups: [gid_t]
  }

  package static func peer(of socket: FileDescriptor) throws(Errno) -> Peer {
    var user = uid_t()
    var group = gid_t()
    try retryingInterrupts("getsockopt(SO_PEERCRED)") {
      cposix_peer_credentials(socket.number, &user, &group)
    }
    var groups = [gid_t](repeating: 0, count: 1024)
    let count = cposix_peer_groups(socket.number, &groups, Int32(groups.count))
    return Peer(user: user, groups: [group] + groups.prefix(Int(max(0, count))))
  }
}

/// Bytes in and out without blocking.
extension FileDescriptor {
  /// What came of a read or write that does not wait.
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

  /// Whether it can be written, or read, right now or within `milliseconds`; an error counts as ready.
  package func isReady(toWrite: Bool, milliseconds: Int = 0) -> Bool {
    var entry = pollfd(fd: number, events: Int16(toWrite ? POLLOUT : POLLIN), revents: 0)
    return poll(&entry, 1, Int32(clamping: milliseconds)) != 0
  }

  /// Waits at most `milliseconds` (nil: without end) until either can be used; an error counts as ready.
  package static func wait(reading: FileDescriptor, writing: FileDescriptor?, milliseconds: Int?) -> (
    read: Bool, write: Bool
  ) {
    var entries = [pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0)]
    if let writing { entries.append(pollfd(fd: writing.number, events: Int16(POLLOUT), revents: 0)) }
    let limit = milliseconds.map { Int32(clamping: $0) } ?? -1
    guard poll(&entries, nfds_t(entries.count), limit) > 0 else { return (false, false) }
    return (entries[0].revents != 0, entries.count > 1 && entries[1].revents != 0)
  }

  package var isSocket: Bool {
    var status = stat()
    return fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
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
