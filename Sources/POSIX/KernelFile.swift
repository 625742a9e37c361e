import Glibc

/// The files and directories that the kernel makes up, of /proc and control groups: a write is an order.
package enum KernelFile {
  package static func write(_ text: String, to path: String) throws(Errno) {
    let file = try FileDescriptor.open(path, .write)
    let bytes = Array(text.utf8)
    try retryingInterrupts("write", path) { Glibc.write(file.number, bytes, bytes.count) }
  }

  /// Nil when it cannot be read.
  package static func text(_ path: String) -> String? {
    (try? FileDescriptor.contents(of: path)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Makes a directory that all may look into, or takes the one that is there.
  package static func makeDirectory(_ path: String) throws(Errno) {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .last("mkdir", path) }
  }

  package static func removeDirectory(_ path: String) throws(Errno) {
    try retryingInterrupts("rmdir", path) { rmdir(path) }
  }
}
