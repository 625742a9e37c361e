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

  /// Bytes that the file system gives and takes back at once.
  package func blockSize() throws(Errno) -> Int {
    var result = stat()
    try retryingInterrupts("fstat") { fstat(number, &result) }
    return Int(result.st_blksize)
  }
}
