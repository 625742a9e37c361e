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
