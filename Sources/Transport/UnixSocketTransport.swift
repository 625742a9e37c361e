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
    if let inherited = UnixSocket.inherited() {
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
    if peer.user == ThisProcess.effectiveUserID || peer.user == 0 { return true }
    return allowedGroup.map(peer.groups.contains) ?? false
  }
}
