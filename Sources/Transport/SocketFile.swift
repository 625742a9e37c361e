import Glibc
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
  private let made: Identity

  private struct Identity: Equatable {
    let device: UInt
    let inode: UInt

    init?(_ path: String) {
      var status = stat()
      guard lstat(path, &status) == 0 else { return nil }
      device = UInt(status.st_dev)
      inode = UInt(status.st_ino)
    }
  }

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
      if let group { try Self.open(path, to: group) }
    } catch {
      throw Self.explain(error, path)
    }
    guard let made = Identity(path) else { throw TransportError("The socket \(path) was removed at once.") }
    self.made = made
  }

  func remove() {
    if Identity(path) == made { unlink(path) }
  }

  private static func locked(_ path: String) throws(Errno) -> FileDescriptor {
    let lockPath = path + ".lock"
    let number = try retryingInterrupts("open", lockPath) {
      Glibc.open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    let file = FileDescriptor(owning: number)
    guard try FileLock.tryLock(file, range: 0..<1) else { throw Errno(EADDRINUSE, "lock", lockPath) }
    return file
  }

  /// Removes a socket that its server has left behind; throws EADDRINUSE when one answers.
  private static func clear(_ path: String) throws(Errno) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw Errno(EEXIST, "bind", path) }
    do throws(Errno) {
      _ = try UnixSocket.connect(to: path, seconds: 1)
    } catch {
      guard error.code == ECONNREFUSED else {
        // Its backlog is full: it lives.
        throw error.code == EAGAIN ? Errno(EADDRINUSE, "bind", path) : error
      }
      try retryingInterrupts("unlink", path) { unlink(path) }
      return
    }
    throw Errno(EADDRINUSE, "bind", path)
  }

  private static func open(_ path: String, to group: UInt32) throws(Errno) {
    do throws(Errno) {
      try retryingInterrupts("chown", path) { lchown(path, uid_t.max, group) }
      try retryingInterrupts("chmod", path) { chmod(path, 0o660) }
    } catch {
      unlink(path)
      throw error
    }
  }

  private static func explain(_ error: Errno, _ path: String) -> TransportError {
    switch error.code {
    case EADDRINUSE:
      TransportError("Another server has the socket \(path): stop it, or choose another with --socket PATH.")
    case EEXIST:
      TransportError("\(path) exists and is not a socket: move it, or choose another with --socket PATH.")
    case ENOENT:
      TransportError("The directory of the socket \(path) does not exist: make it first.")
    case EPERM where error.call == "chown":
      TransportError("The socket \(path) cannot be given to that group: be a member of it, or root.")
    default: TransportError("The socket \(path) cannot be made: \(error).")
    }
  }
}
