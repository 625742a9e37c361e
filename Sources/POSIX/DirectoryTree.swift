import Glibc

/// Directories by their paths, with those above and below them.
extension Directory {
  /// Makes one directory, mode 0700, whose name is on disk when its parent is synced; false when the name is taken.
  package static func make(_ path: String) throws(Errno) -> Bool {
    do throws(Errno) {
      try retryingInterrupts("mkdir", path) { mkdir(path, 0o700) }
      return true
    } catch {
      // A file system that is not written to may say so before it looks.
      guard error.code == EEXIST || access(path, F_OK) == 0 else { throw error }
      return false
    }
  }

  /// Makes the directory and those above it that are not there, mode 0700; returns when their names are on disk,
  /// unless they need not outlive the machine's next start (`durably` false).
  package static func makePath(_ path: String, durably: Bool = true) throws(Errno) {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      let parent = made.isEmpty ? "/" : made
      made += "/" + part
      guard try make(made), durably else { continue }
      try FileDescriptor.open(parent, .directory, followingLinks: true).sync()
    }
  }

  /// A new directory under TMPDIR (or /tmp), mode 0700.
  package static func makeTemporary(prefix: String) throws(Errno) -> String {
    let parent = ThisProcess.environment("TMPDIR") ?? "/tmp"
    var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno.last("mkdtemp", parent) }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes the directory and all in it, without following links. What is gone already is fine.
  package static func removeTree(_ path: String) throws(Errno) {
    let directory = try Directory(path)
    for name in try directory.names() {
      if unlinkat(directory.descriptor.number, name, 0) == 0 || errno == ENOENT { continue }
      try removeTree(path + "/" + name)
    }
    guard rmdir(path) == 0 || errno == ENOENT else { throw Errno.last("rmdir", path) }
  }

  /// Removes the directory if there is nothing in it; else leaves it.
  package static func removeIfEmpty(_ path: String) { _ = rmdir(path) }
}
