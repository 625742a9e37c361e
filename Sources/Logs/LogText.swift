import POSIX

/// A piece of output as text, with the offsets of its bytes.
package struct LogText: Sendable {
  /// What is not UTF-8 stands as U+FFFD.
  package let text: String
  /// Where the text begins, and where what follows it does.
  package let offset: Int
  package let end: Int

  /// Bytes that the text may take as a JSON string, at most.
  package static let jsonLimit = 1 << 20

  /// As much of `bytes`, which stand at `offset`, as makes whole characters. `isLast`: nothing follows them, so that a
  /// character cut short at the end is one for good.
  package init(_ bytes: [UInt8], at offset: Int, isLast: Bool) {
    let fitting = bytes.prefix(Self.fitting(bytes))
    let whole =
      isLast && fitting.count == bytes.count ? fitting : fitting.dropLast(Self.unfinished(fitting))
    text = String(decoding: whole, as: UTF8.self)
    self.offset = offset
    end = offset + whole.count
  }

  /// How many of the bytes fit `jsonLimit`, written in the longest way.
  private static func fitting(_ bytes: [UInt8]) -> Int {
    guard bytes.count > jsonLimit / 6 else { return bytes.count }
    var length = 0
    for (place, byte) in bytes.enumerated() {
      switch byte {
      case 0x09, 0x0A, 0x0D, 0x22, 0x5C: length += 2
      case ..<0x20: length += 6
      case 0x80...: length += 3
      default: length += 1
      }
      if length > jsonLimit { return place }
    }
    return bytes.count
  }

  /// Bytes at the end that begin a character and do not finish it. Source: RFC 3629, section 4.
  private static func unfinished(_ bytes: ArraySlice<UInt8>) -> Int {
    for (place, byte) in bytes.suffix(3).reversed().enumerated() {
      let length: Int
      switch byte {
      case 0x80..<0xC0: continue
      case 0xC2..<0xE0: length = 2
      case 0xE0..<0xF0: length = 3
      case 0xF0..<0xF5: length = 4
      default: return 0
      }
      return place + 1 < length ? place + 1 : 0
    }
    return 0
  }
}

extension LogReader {
  /// Output from `offset` on, or from the oldest that is kept after it, of at most `limit` bytes (but of no fewer than
  /// a character may have). `isComplete`: the attempt is over, and no more of it comes.
  package func text(from offset: Int, limit: Int, isComplete: Bool) throws(Errno) -> LogText {
    let limit = max(4, limit)
    var (start, bytes) = try read(from: offset, limit: limit)
    let isShort = bytes.count < limit
    // What was given back ends where a block does, in the middle of a character or not.
    if start > offset {
      let cut = bytes.prefix(3).prefix { 0x80..<0xC0 ~= $0 }.count
      start += cut
      bytes.removeFirst(cut)
    }
    let isAtEnd = try start + bytes.count >= end
    return LogText(bytes, at: start, isLast: isAtEnd ? isComplete : isShort)
  }
}
