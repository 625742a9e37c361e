import Glibc

/// A write that did not take everything.
package struct ShortWrite: Error, Sendable, CustomStringConvertible {
  /// Bytes that were taken before the failure.
  package let written: Int
  package let cause: Errno

  package var description: String { "\(cause), after \(written) bytes" }
}

extension FileDescriptor {
  /// Reads at `offset` until `buffer` is full or the file ends; answers the bytes read.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Errno) -> Int {
    var got = 0
    while got < buffer.count {
      let count = try retryingInterrupts("pread") {
        pread(number, buffer.baseAddress! + got, buffer.count - got, off_t(offset + got))
      }
      if count == 0 { break }
      got += count
    }
    return got
  }

  /// The bytes at `range`; fewer where the file ends before it does.
  package func read(_ range: Range<Int>) throws(Errno) -> [UInt8] {
    var failure: Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(Errno) {
        count = try read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Everything from where it stands to its end: of what has no size, such as a pipe or a file of /proc.
  package func readToEnd() throws(Errno) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try retryingInterrupts("read") { Glibc.read(number, &chunk, chunk.count) }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
    }
  }

  /// The whole file; nil when there is none.
  package static func contents(of path: String, followingLinks: Bool = false) throws(Errno) -> [UInt8]? {
    do throws(Errno) {
      let file = try FileDescriptor.open(path, .read, followingLinks: followingLinks)
      let size = try file.status().size
      return size > 0 ? try file.read(0..<size) : try file.readToEnd()
    } catch {
      guard error.code == ENOENT else { throw error }
      return nil
    }
  }

  /// Writes all of `bytes` at `offset`, by one call wherever the kernel takes them at once.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ShortWrite) {
    var written = 0
    while written < bytes.count {
      let count: Int
      do throws(Errno) {
        count = try retryingInterrupts("write") {
          pwrite(number, bytes.baseAddress! + written, bytes.count - written, off_t(offset + written))
        }
      } catch {
        throw ShortWrite(written: written, cause: error)
      }
      guard count > 0 else { throw ShortWrite(written: written, cause: Errno(ENOSPC, "write")) }
      written += count
    }
  }

  package func write(_ bytes: [UInt8], at offset: Int) throws(ShortWrite) {
    var failure: ShortWrite?
    bytes.withUnsafeBytes { buffer in
      do throws(ShortWrite) { try write(buffer, at: offset) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Writes at the file's end until all is taken; answers how much was, and what stopped it.
  package func append(_ bytes: UnsafeRawBufferPointer) -> (written: Int, failure: Errno?) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(number, bytes.baseAddress! + written, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return (written, count < 0 ? .last("write") : Errno(ENOSPC, "write")) }
      written += count
    }
    return (written, nil)
  }

  package func truncate(to size: Int) throws(Errno) {
    try retryingInterrupts("ftruncate") { ftruncate(number, off_t(size)) }
  }

  /// Returns only after the content, and the size it needs, is on disk. A failure may be reported once
  /// and never again: it must not be tried a second time.
  package func syncData() throws(Errno) {
    try retryingInterrupts("fdatasync") { fdatasync(number) }
  }

  /// Returns only after content and metadata (for a directory: its names) are on disk.
  package func sync() throws(Errno) {
    try retryingInterrupts("fsync") { fsync(number) }
  }

  /// Drops what the page cache holds of the file and is not dirty, so that the next read asks the disk.
  package func dropCache() throws(Errno) {
    let code = posix_fadvise(number, 0, 0, POSIX_FADV_DONTNEED)
    guard code == 0 else { throw Errno(code, "posix_fadvise") }
  }
}
