import Glibc

extension FileDescriptor {
  /// Takes out of a pipe that is open for reading what is in it now, without waiting for more; nobody else reads.
  package func takeAvailable(limit: Int = 1 << 20) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < limit, isReadable {
      let count = (try? retryingInterrupts("read") { Glibc.read(number, &chunk, chunk.count) }) ?? 0
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return bytes
  }

  private var isReadable: Bool {
    (try? ThisProcess.readable(of: [number], milliseconds: 0))?.isEmpty == false
  }

  /// Puts bytes into a pipe that has room for them.
  package func put(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    _ = try? retryingInterrupts("write") { Glibc.write(number, bytes, bytes.count) }
  }
}
