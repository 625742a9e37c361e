import POSIX

/// A listening socket's path, ours for as long as the value lives.
///
/// `PATH.lock` is locked all that time and never deleted: who holds it may remove a socket that nobody
/// listens on, so two servers that start at once cannot both take the path over.
final class SocketFile {
  let listener: FileDescriptor
  private let path: String
  private let lock: FileDescriptor
  /// The file that was made here, to tell it from one that has taken its place.
  private let made: FileStatus

  init(at path: String, group: UInt32?) throws(TransportError) {
    let limit = UnixSocket.pathLimit
    guard path.utf8.count <= limit else {
      throw TransportError(
        "The socket's path has \(path.utf8.count) bytes and the system takes \(limit): "
          + "choose a shorter one with --socket PATH.")
    }
    self.path = path
    do throws(Errno) {
      lock = try Self.locked(path)
      try Self.clear(path)
      listener = try UnixSocket.listen(at: path, mode: 0o600)
      if let group { try UnixSocket.open(path, toGroup: group) }
    } catch {
      throw Self.explain(error, path)
    }
    guard let made = FileStatus(of: path) else {
      throw TransportError("The socket \(path) was removed at once.")
    }
    self.made = made
  }

  func remove() {
    if FileStatus(of: path)?.isSameFile(as: made) == true { try? FileDescriptor.remove(path) }
  }

  private static func locked(_ path: String) throws(Errno) -> FileDescriptor {
    let lockPath = path + ".lock"
    let file = try FileDescriptor.open(lockPath, .append)
    guard try FileLock.tryLock(file, range: 0..<1) else { throw Errno(Errno.addressInUse, "lock", lockPath) }
    return file
  }

  /// Removes a socket that its server has left behind; throws EADDRINUSE when one answers.
  private static func clear(_ path: String) throws(Errno) {
    guard let status = FileStatus(of: path) else { return }
    guard status.kind == .socket else { throw Errno(Errno.exists, "bind", path) }
    do throws(Errno) {
      _ = try UnixSocket.connect(to: path, seconds: 1)
    } catch {
      guard error.code == Errno.connectionRefused else {
        // Its backlog is full: it lives.
        throw error.code == Errno.wouldBlock ? Errno(Errno.addressInUse, "bind", path) : error
      }
      return try FileDescriptor.remove(path)
    }
    throw Errno(Errno.addressInUse, "bind", path)
  }

  private static func explain(_ error: Errno, _ path: String) -> TransportError {
    switch error.code {
    case Errno.addressInUse:
      TransportError("Another server has the socket \(path): stop it, or choose another with --socket PATH.")
    case Errno.exists:
      TransportError("\(path) exists and is not a socket: move it, or choose another with --socket PATH.")
    case Errno.notThere:
      TransportError("The directory of the socket \(path) does not exist: make it first.")
    case Errno.notOwner where error.call == "chown":
      TransportError("The socket \(path) cannot be given to that group: be a member of it, or root.")
    default: TransportError("The socket \(path) cannot be made: \(error).")
    }
  }
}
