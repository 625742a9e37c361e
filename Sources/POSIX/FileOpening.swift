import Glibc

/// The ways in which a file is opened; always close-on-exec.
package enum FileAccess: Sendable {
  /// Where a pipe stands in the file's place, nobody waits for who would write into it.
  case read
  /// From its start to its end, waiting for who writes when it is a pipe.
  case stream
  case readWrite
  /// What is there, to be written to: a file that the kernel makes up.
  case write
  /// Made when it is absent, emptied when it is not; mode 0600.
  case replace
  /// Made, and refused with EEXIST when it is there; mode 0600.
  case create
  /// Made when it is absent, and written to at its end alone; mode 0600.
  case append
  case directory

  fileprivate var flags: Int32 {
    switch self {
    case .read: O_RDONLY | O_NONBLOCK
    case .stream: O_RDONLY
    case .readWrite: O_RDWR
    case .write: O_WRONLY
    case .replace: O_RDWR | O_CREAT | O_TRUNC
    case .create: O_RDWR | O_CREAT | O_EXCL
    case .append: O_RDWR | O_CREAT | O_APPEND
    case .directory: O_RDONLY | O_DIRECTORY
    }
  }
}

extension FileDescriptor {
  /// Refused with ELOOP where `path` is a symbolic link, unless it is followed: that is for what a person has named.
  package static func open(_ path: String, _ access: FileAccess, followingLinks: Bool = false) throws(Errno)
    -> FileDescriptor
  {
    let flags = access.flags | O_CLOEXEC | (followingLinks ? 0 : O_NOFOLLOW)
    return FileDescriptor(
      owning: try retryingInterrupts("open", path) { Glibc.open(path, flags, mode_t(0o600)) })
  }
}

extension Directory {
  /// Opens the file of that name in it; a symbolic link is refused with ELOOP.
  package func open(_ name: String, _ access: FileAccess) throws(Errno) -> FileDescriptor {
    let flags = access.flags | O_CLOEXEC | O_NOFOLLOW
    return FileDescriptor(
      owning: try retryingInterrupts("open", path(of: name)) {
        openat(descriptor.number, name, flags, mode_t(0o600))
      })
  }
}
