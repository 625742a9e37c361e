import Glibc

/// The kernel's description of a file: stat(2).
package struct FileStatus: Equatable, Sendable {
  package enum Kind: Sendable {
    case file
    case directory
    case socket
    case other
  }

  package let device: UInt
  package let inode: UInt
  package let kind: Kind
  package let size: Int
  /// What it takes on the disk, holes left out.
  package let allocatedBytes: Int
  /// The permission bits alone.
  package let mode: UInt32
  package let owner: UInt32
  package let modifiedMilliseconds: Int

  init(_ status: stat) {
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
    size = Int(status.st_size)
    allocatedBytes = Int(status.st_blocks) * 512
    mode = status.st_mode & 0o7777
    owner = status.st_uid
    modifiedMilliseconds = status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1_000_000
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .directory
    case S_IFSOCK: kind = .socket
    default: kind = .other
    }
  }

  /// Of what has the name itself, be it a link; nil where there is nothing, or we may not look.
  package init?(of path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  package func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}

extension FileDescriptor {
  package func status() throws(Errno) -> FileStatus {
    var result = stat()
    try retryingInterrupts("fstat") { fstat(number, &result) }
    return FileStatus(result)
  }

  package var isSocket: Bool { (try? status())?.kind == .socket }
}

extension Directory {
  /// Of what has the name itself, be it a link.
  package func status(of name: String) throws(Errno) -> FileStatus {
    var result = stat()
    try retryingInterrupts("stat", path(of: name)) {
      fstatat(descriptor.number, name, &result, AT_SYMLINK_NOFOLLOW)
    }
    return FileStatus(result)
  }

  /// nil when there is no such name.
  package func statusIfPresent(of name: String) throws(Errno) -> FileStatus? {
    do throws(Errno) { return try status(of: name) } catch {
      guard error.code == ENOENT else { throw error }
      return nil
    }
  }
}

/// The kind of what a path leads to, links followed.
package enum FileKind: Sendable {
  case absent
  case file
  case directory
  case other

  /// Absent also where we may not look.
  package init(of path: String) {
    var status = Glibc.stat()
    guard stat(path, &status) == 0 else {
      self = .absent
      return
    }
    switch FileStatus(status).kind {
    case .file: self = .file
    case .directory: self = .directory
    case .socket, .other: self = .other
    }
  }
}
