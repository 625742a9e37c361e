import Glibc
import POSIX

/// Two ends that no child inherits but the one they are given to, whatever other tests start meanwhile.
struct Pipe {
  let reading: FileDescriptor
  let writing: FileDescriptor

  /// `path` is used for a moment: opened by name, both ends are close-on-exec from the first.
  init(in path: String) throws {
    guard mkfifo(path, 0o600) == 0 else { throw Errno.last("mkfifo", path) }
    defer { unlink(path) }
    reading = try Self.open(path, O_RDONLY | O_NONBLOCK)
    writing = try Self.open(path, O_WRONLY)
    // Only the opening was not to wait for the other end.
    _ = fcntl(reading.number, F_SETFL, fcntl(reading.number, F_GETFL) & ~O_NONBLOCK)
  }

  private static func open(_ path: String, _ flags: Int32) throws -> FileDescriptor {
    let number = Glibc.open(path, flags | O_CLOEXEC)
    guard number >= 0 else { throw Errno.last("open", path) }
    return FileDescriptor(owning: number)
  }
}
