import Glibc

/// A file that a person names for reading: links and pipes are followed, as any other program does.
package enum WholeFile {
  /// All of it; `-` is standard input.
  package static func read(_ path: String) throws(Errno) -> [UInt8] {
    if path == "-" { return try drain(0, path) }
    let number = try retryingInterrupts("open", path) { open(path, O_RDONLY | O_CLOEXEC) }
    let file = FileDescriptor(owning: number)
    return try withExtendedLifetime(file) { () throws(Errno) in try drain(file.number, path) }
  }

  private static func drain(_ number: Int32, _ path: String) throws(Errno) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try retryingInterrupts("read", path) { Glibc.read(number, &chunk, chunk.count) }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }
}
