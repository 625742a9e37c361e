import CPosix
import Glibc

/// A directory held open, so that names in it are resolved against the same directory for ever.
package struct Directory: Sendable {
  package let descriptor: FileDescriptor
  /// Absolute, for messages and for calls that know paths only.
  package let path: String

  package init(_ path: String) throws(Errno) {
    descriptor = try FileDescriptor.open(path, .directory)
    guard let real = realpath(path, nil) else { throw .last("realpath", path) }
    self.path = String(cString: real)
    free(real)
  }

  package init(_ name: String, in parent: Directory) throws(Errno) {
    descriptor = try parent.open(name, .directory)
    path = parent.path(of: name)
  }

  package func path(of name: String) -> String { path + "/" + name }

  package func rename(_ name: String, to newName: String) throws(Errno) {
    try retryingInterrupts("rename", path(of: name)) {
      renameat(descriptor.number, name, descriptor.number, newName)
    }
  }

  /// Gives the file a second name in another directory of the same file system.
  package func link(_ name: String, into other: Directory, as newName: String) throws(Errno) {
    try retryingInterrupts("link", other.path(of: newName)) {
      linkat(descriptor.number, name, other.descriptor.number, newName, 0)
    }
  }

  package func remove(_ name: String) throws(Errno) {
    try retryingInterrupts("unlink", path(of: name)) { unlinkat(descriptor.number, name, 0) }
  }

  /// Makes the directory `name` with mode 0700, and returns only after its name is on disk; leaves one that
  /// is there alone.
  package func makeDirectory(_ name: String) throws(Errno) {
    do throws(Errno) {
      try retryingInterrupts("mkdir", path(of: name)) { mkdirat(descriptor.number, name, 0o700) }
    } catch {
      guard error.code == EEXIST else { throw error }
      return
    }
    try sync()
  }

  /// The names in it, sorted, without `.` and `..`.
  package func names() throws(Errno) -> [String] {
    // A descriptor of its own: fdopendir takes over the one it is given, offset and all.
    let number = try retryingInterrupts("open", path) {
      openat(descriptor.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard let stream = fdopendir(number) else {
      let failure = Errno.last("fdopendir", path)
      close(number)
      throw failure
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw .last("readdir", path) }
    return names.sorted()
  }

  /// Returns only after the names in it are on disk.
  package func sync() throws(Errno) { try descriptor.sync() }

  package func fileSystem() throws(Errno) -> FileSystem {
    var kind: Int64 = 0
    let code = cposix_file_system_kind(descriptor.number, &kind)
    guard code == 0 else { throw Errno(code, "fstatfs", path) }
    return FileSystem(magic: kind)
  }
}
