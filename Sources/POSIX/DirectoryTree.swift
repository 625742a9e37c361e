import Glibc

extension Directory {
  /// Makes the directory and those above it that are not there; mode 0700.
  package static func makePath(_ path: String) throws(Errno) {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/" + part
      if mkdir(made, 0o700) == 0 { continue }
      let code = errno
      guard code == EEXIST || access(made, F_OK) == 0 else { throw Errno(code, "mkdir", made) }
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
  /// Removes the directory if there is nothing in it; else leaves it.
  package static func removeEmptyDirectory(_ path: String) { _ = rmdir(path) }

  /// The whole file; nil when there is none.
  package static func contents(of path: String) throws(Errno) -> [UInt8]? {
    do throws(Errno) {
      let file = try FileDescriptor.open(path, .read)
      return try file.read(0..<(try file.status().size))
    } catch {
      guard error.code == ENOENT else { throw error }
      return nil
    }
  }
}
