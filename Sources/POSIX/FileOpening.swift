import Glibc

/// How a file is opened; always close-on-exec, and never through a symbolic link.
package enum FileAccess: Sendable {
  case read
  case readWrite
  /// Made when it is absent, emptied when it is not; mode 0600.
  case replace
  /// Made, and refused with EEXIST when it is there; mode 0600.
  case create

  var flags: Int32 {
    let always = O_CLOEXEC | O_NOFOLLOW
    switch self {
    // Where a pipe stands in the file's place, nobody waits for who would write into it.
    case .read: return always | O_RDONLY | O_NONBLOCK
    case .readWrite: return always | O_RDWR
    case .replace: return always | O_RDWR | O_CREAT | O_TRUNC
    case .create: return always | O_RDWR | O_CREAT | O_EXCL
    }
  }
}

extension FileDescriptor {
  package static func open(_ path: String, _ access: FileAccess) throws(Errno) -> FileDescriptor {
    let number = try retryingInterrupts("open", path) { Glibc.open(path, access.flags, mode_t(0o600)) }
    return FileDescriptor(owning: number)
  }
}

extension FileDescriptor {
  /// Makes a symbolic link in place of what has its name.
  package static func replaceLink(_ path: String, to target: String) throws(Errno) {
    let temporary = "\(path).\(getpid()).tmp"
    unlink(temporary)
    try retryingInterrupts("symlink", path) { symlink(target, temporary) }
    try retryingInterrupts("rename", path) { rename(temporary, path) }
  }

  /// Removes a file; one that is gone is fine.
  package static func remove(_ path: String) { unlink(path) }
}

/// What fstat tells of a file.
package struct FileStatus: Equatable, Sendable {
  package enum Kind: Sendable {
    case file
    case directory
    case other
  }

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
    inode = UInt(status.st_ino)
    size = Int(status.st_size)
    allocatedBytes = Int(status.st_blocks) * 512
    mode = status.st_mode & 0o7777
    owner = status.st_uid
    modifiedMilliseconds = status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1_000_000
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .directory
    default: kind = .other
    }
  }
}

extension FileDescriptor {
  package func status() throws(Errno) -> FileStatus {
    var result = stat()
    try retryingInterrupts("fstat") { fstat(number, &result) }
    return FileStatus(result)
  }
}
