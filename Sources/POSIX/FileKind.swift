import Glibc

/// What a path leads to, links followed.
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
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .directory
    default: self = .other
    }
  }
}

extension FileAccess {
  package static func mayExecute(_ path: String) -> Bool { access(path, X_OK) == 0 }
  /// Mode 0700.
  package static func makeExecutable(_ path: String) throws(Errno) {
    try retryingInterrupts("chmod", path) { chmod(path, 0o700) }
  }

  package static func mayWrite(_ path: String) -> Bool { access(path, W_OK) == 0 }
}

extension FileDescriptor {
  /// Opens for reading what a person named, links followed.
  package static func open(following path: String) throws(Errno) -> FileDescriptor {
    FileDescriptor(
      owning: try retryingInterrupts("open", path) { Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) })
  }
}

/// Files that the kernel makes up: a write is an order.
package enum KernelFile {
  package static func write(_ text: String, to path: String) throws(Errno) {
    let number = try retryingInterrupts("open", path) { open(path, O_WRONLY | O_CLOEXEC) }
    let file = FileDescriptor(owning: number)
    let bytes = Array(text.utf8)
    try retryingInterrupts("write", path) { Glibc.write(file.number, bytes, bytes.count) }
  }

  /// Held for a write that another process makes.
  package static func forWriting(_ path: String) throws(Errno) -> FileDescriptor {
    FileDescriptor(
      owning: try retryingInterrupts("open", path) { open(path, O_WRONLY | O_CLOEXEC) })
  }

  package static func directory(_ path: String) throws(Errno) -> FileDescriptor {
    FileDescriptor(
      owning: try retryingInterrupts("open", path) { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
  }

  /// Nil when it cannot be read.
  package static func text(_ path: String) -> String? {
    (try? WholeFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
  }

  package static func removeDirectory(_ path: String) throws(Errno) {
    try retryingInterrupts("rmdir", path) { rmdir(path) }
  }

  /// Makes a directory that all may look into, or takes the one that is there.
  package static func makeDirectory(_ path: String) throws(Errno) {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .last("mkdir", path) }
  }
}
