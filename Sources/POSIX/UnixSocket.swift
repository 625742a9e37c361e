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
    let wait = SystemClock.nanoseconds(seconds)
    var limit = timeval(tv_sec: wait / 1_000_000_000, tv_usec: wait % 1_000_000_000 / 1000)
    let size = socklen_t(MemoryLayout<timeval>.size)
    try retryingInterrupts("setsockopt", path) {
      setsockopt(socket.number, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }
    try retryingInterrupts("connect", path) { cposix_connect_unix(socket.number, path) }
    return socket
  }

  /// Lets the members of a group connect to the socket at `path`; where they may not be let, it is removed.
  package static func open(_ path: String, toGroup group: gid_t) throws(Errno) {
    do throws(Errno) {
      try retryingInterrupts("chown", path) { lchown(path, uid_t.max, group) }
      try retryingInterrupts("chmod", path) { chmod(path, 0o660) }
    } catch {
      unlink(path)
      throw error
    }
  }

  /// The listening socket that systemd has opened for this process (sd_listen_fds(3)): descriptor 3, close-on-exec and
  /// non-blocking from now on. Nil when there is none, or it was taken before.
  package static func inherited() -> FileDescriptor? {
    func number(_ name: String) -> Int32? { ThisProcess.environment(name).flatMap { Int32($0) } }
    guard number("LISTEN_PID") == getpid(), let count = number("LISTEN_FDS"), count >= 1 else { return nil }
    let listener = FileDescriptor(owning: 3)
    guard listener.isSocket else { return nil }
    _ = fcntl(3, F_SETFD, FD_CLOEXEC)
    listener.setBlocking(false)
    unsetenv("LISTEN_PID")
    unsetenv("LISTEN_FDS")
    return listener
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

  /// The user who connected, as the kernel saw it then.
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
