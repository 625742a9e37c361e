import Glibc

extension Directory {
  /// Makes or replaces the file at `path` as a whole, mode 0600; returns when it is on disk, unless it need not
  /// outlive the machine's next start (`durably` false).
  package static func replace(_ path: String, with bytes: [UInt8], durably: Bool = true) throws {
    guard let slash = path.lastIndex(of: "/") else { throw Errno(EINVAL, "open", path) }
    let directory = try Directory(String(path[..<slash]))
    let name = String(path[path.index(after: slash)...])
    let temporary = "\(name).\(getpid()).tmp"
    do {
      let file = try directory.open(temporary, .replace)
      try file.write(bytes, at: 0)
      if durably { try file.sync() }
      try directory.rename(temporary, to: name)
    } catch {
      try? directory.remove(temporary)
      throw error
    }
    if durably { try directory.sync() }
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
  package static func remove(_ path: String) throws(Errno) {
    do throws(Errno) { try retryingInterrupts("unlink", path) { unlink(path) } } catch {
      guard error.code == ENOENT else { throw error }
    }
  }
}
