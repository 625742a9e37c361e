import CPosix
import Glibc

extension FileDescriptor {
  /// Gives the blocks under `range` back to the file system: they read as zeros, and the file keeps its size.
  ///
  /// Whole blocks only are given back. EOPNOTSUPP where the file system cannot. Source: fallocate(2).
  package func punchHole(_ range: Range<Int>) throws(Errno) {
    let code = cposix_punch_hole(number, Int64(range.lowerBound), Int64(range.count))
    guard code == 0 else { throw Errno(code, "fallocate") }
  }

  /// The first offset from `offset` on that is not in a hole; nil when nothing but a hole follows.
  ///
  /// Moves the place of `read` and `write` calls that name no offset. Source: lseek(2), SEEK_DATA.
  package func firstData(from offset: Int) throws(Errno) -> Int? {
    var found: Int64 = 0
    let code = cposix_seek_data(number, Int64(offset), &found)
    if code == ENXIO { return nil }
    guard code == 0 else { throw Errno(code, "lseek") }
    return Int(found)
  }

  /// The first offset from `offset` on that is in a hole; the file's end counts as one. Nil beyond the end.
  ///
  /// Moves the same place as `firstData`. Source: lseek(2), SEEK_HOLE.
  package func firstHole(from offset: Int) throws(Errno) -> Int? {
    var found: Int64 = 0
    let code = cposix_seek_hole(number, Int64(offset), &found)
    if code == ENXIO { return nil }
    guard code == 0 else { throw Errno(code, "lseek") }
    return Int(found)
  }

  /// Opens a file that only grows at its end, and makes it (mode 0600) where there is none; links are not
  /// followed.
  package static func appending(_ path: String) throws(Errno) -> FileDescriptor {
    let flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW
    return FileDescriptor(
      owning: try retryingInterrupts("open", path) { Glibc.open(path, flags, mode_t(0o600)) })
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

  /// Bytes that the file system gives and takes back at once.
  package func blockSize() throws(Errno) -> Int {
    var result = stat()
    try retryingInterrupts("fstat") { fstat(number, &result) }
    return Int(result.st_blksize)
  }
}

extension Errno {
  /// What the kernel answered, in words, without the call.
  package var reason: String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
