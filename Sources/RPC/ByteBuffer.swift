/// Bytes that arrive at the end and are taken from the front, without moving the rest each time.
struct ByteBuffer {
  private var bytes: [UInt8] = []
  private var start = 0

  var count: Int { bytes.count - start }

  mutating func append(_ more: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: more)
  }

  subscript(_ offset: Int) -> UInt8 { bytes[start + offset] }

  /// The first `count` bytes, taken out.
  mutating func take(_ count: Int) -> [UInt8] {
    let taken = Array(bytes[start..<start + count])
    drop(count)
    return taken
  }

  mutating func drop(_ count: Int) {
    start += count
    guard start < bytes.count else {
      // A connection that once sent something long need not keep the room for it.
      bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
      start = 0
      return
    }
    guard start >= bytes.count - start else { return }
    // No more is moved than was dropped since the last time.
    bytes.removeSubrange(..<start)
    start = 0
  }

  private static let keptCapacity = 16_384

  /// The offset of `byte`, looked for from `offset` on.
  func firstIndex(of byte: UInt8, from offset: Int) -> Int? {
    bytes.withUnsafeBytes { all in
      let place = ByteSearch.firstIndex(
        of: byte, in: UnsafeRawBufferPointer(rebasing: all[(start + offset)...]))
      return place.map { $0 + offset }
    }
  }

  func withBytes<T>(_ body: (UnsafeRawBufferPointer) -> T) -> T {
    bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
  }
}

enum ByteSearch {
  /// Eight bytes at a time: a word has a zero byte exactly if the subtraction below borrows into one.
  /// Source: A. Mycroft's test, in H. Warren, "Hacker's Delight", 6-1.
  static func firstIndex(of byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Int? {
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    var place = 0
    while place + 8 <= bytes.count {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) ^ pattern
      let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
      if zeros != 0 { return place + zeros.trailingZeroBitCount / 8 }
      place += 8
    }
    while place < bytes.count {
      if bytes[place] == byte { return place }
      place += 1
    }
    return nil
  }
}
