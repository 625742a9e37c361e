import Glibc
import POSIX

/// Many peers, on a Unix socket that only its owner (and a group) can connect to.
package final class UnixSocketTransport: Transport {
  package static let option = "socket"
  package static let valueName: String? = "PATH"
  package static let summary = "serve a Unix socket, until SIGTERM"

  private let settings: TransportSettings
  private var socketFile: SocketFile?

  package init(_ settings: TransportSettings) throws(TransportError) { self.settings = settings }

  package func open(in loop: EventLoop) throws(TransportError) {
    let listener: FileDescriptor
    if let inherited = Self.inherited() {
      listener = inherited
    } else {
      let file = try SocketFile(at: settings.value, group: settings.allowedGroup)
      listener = file.listener
      socketFile = file
    }
    let allowedGroup = settings.allowedGroup
    do throws(Errno) {
      try loop.listen(on: listener) { Self.admits($0, allowedGroup) }
    } catch {
      throw TransportError("The socket \(settings.value) cannot be served: \(error).")
    }
  }

  package func close() { socketFile?.remove() }

  /// The mode of the file is the first gate; this one also holds where the file was given a wider one.
  private static func admits(_ socket: FileDescriptor, _ allowedGroup: UInt32?) -> Bool {
    guard let peer = try? UnixSocket.peer(of: socket) else { return false }
    if peer.user == geteuid() || peer.user == 0 { return true }
    return allowedGroup.map(peer.groups.contains) ?? false
  }

  /// The socket of systemd's socket activation: descriptor 3, if it is meant for this process.
  private static func inherited() -> FileDescriptor? {
    func number(_ name: String) -> Int32? { getenv(name).flatMap { Int32(String(cString: $0)) } }
    guard number("LISTEN_PID") == getpid(), let count = number("LISTEN_FDS"), count >= 1 else { return nil }
    let listener = FileDescriptor(owning: 3)
    guard listener.isSocket else { return nil }
    _ = fcntl(3, F_SETFD, FD_CLOEXEC)
    _ = fcntl(3, F_SETFL, fcntl(3, F_GETFL) | O_NONBLOCK)
    unsetenv("LISTEN_PID")
    unsetenv("LISTEN_FDS")
    return listener
  }
}
