import POSIX

/// Many peers, on a Unix socket that only its owner (and a group) can connect to.
package final class UnixSocketTransport: Transport {
  package static let options = [
    TransportOption(
      name: "socket", kind: .path, summary: "Socket to listen at instead of berth.sock in the data directory"),
    TransportOption(
      name: "allow_gid", kind: .text, summary: "Group whose users may connect too, by name or number"),
  ]

  private let path: String
  private let allowedGroup: UInt32?
  private var socketFile: SocketFile?

  package init(_ settings: TransportSettings) throws(TransportError) {
    path = settings.values["socket"] ?? settings.usualPath
    allowedGroup = try settings.values["allow_gid"].map { text throws(TransportError) in
      guard let group = ThisProcess.group(text) else {
        throw TransportError("There is no group \(text) on this machine.")
      }
      return group
    }
  }

  package func open(in loop: EventLoop) throws(TransportError) {
    let listener: FileDescriptor
    if let inherited = UnixSocket.inherited() {
      listener = inherited
    } else {
      let file = try SocketFile(at: path, group: allowedGroup)
      listener = file.listener
      socketFile = file
    }
    do throws(Errno) {
      try loop.listen(on: listener) { [allowedGroup] in Self.admits($0, allowedGroup) }
    } catch {
      throw TransportError("The socket \(path) cannot be served: \(error).")
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
