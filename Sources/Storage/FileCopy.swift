import POSIX

/// The copying of parts of files in bounded memory.
enum FileCopy {
  private static let chunk = 1 << 20

  /// Writes `range` of `source` into the new or emptied file `name`; returns only after it is on disk (its
  /// name needs the directory's sync).
  static func copy(_ source: FileDescriptor, _ range: Range<Int>, to name: String, in directory: Directory)
    throws(StorageError)
  {
    let target = try system(directory.open(name, .replace))
    _ = try append(source, range, to: target, at: 0)
    try system(target.sync())
  }

  /// Writes `range` of `source` at `offset` of `target`; answers where it ends there.
  static func append(_ source: FileDescriptor, _ range: Range<Int>, to target: FileDescriptor, at offset: Int)
    throws(StorageError) -> Int
  {
    var place = range.lowerBound
    while place < range.upperBound {
      let bytes = try system(source.read(place..<min(place + chunk, range.upperBound)))
      guard !bytes.isEmpty else { throw .unavailable("a file became shorter while it was copied") }
      try write(bytes, to: target, at: offset + place - range.lowerBound)
      place += bytes.count
    }
    return offset + place - range.lowerBound
  }
}
