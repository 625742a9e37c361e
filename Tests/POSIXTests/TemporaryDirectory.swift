import Glibc
import POSIX

/// Runs `body` with a new empty directory, and removes it afterwards.
func withTemporaryDirectory<T>(_ body: (Directory) throws -> T) throws -> T {
  var name = Array("/tmp/berth-posix-XXXXXX".utf8CString)
  guard mkdtemp(&name) != nil else { throw Errno.last("mkdtemp") }
  let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let directory = try Directory(path)
  defer {
    for name in (try? directory.names()) ?? [] { try? directory.remove(name) }
    rmdir(path)
  }
  return try body(directory)
}
