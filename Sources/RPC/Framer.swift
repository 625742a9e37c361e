/// A cutter of a stream of bytes into messages.
///
/// Memory is bounded by `limit` and what one `append` brings: of a message that is too long nothing is kept.
package struct Framer {
  package static let defaultLimit = 1 << 20

  package enum Event: Equatable, Sendable {
    case message([UInt8])
    /// Longer than the limit: told once, as soon as it is known.
    case oversized
    /// The sentence says what is wrong with the framing. What follows is looked for.
    case malformed(String)
  }

  /// Nil until the first non-blank byte.
  package private(set) var framing: Framing?
  private let limit: Int
  private var buffer = ByteBuffer()
  private var isAtStart = true
  private var lines = LineScan()
  private var headers = HeaderScan()

  package init(limit: Int = defaultLimit) { self.limit = limit }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) { buffer.append(bytes) }

  package mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { buffer.append($0) } }

  /// The next event of what has been appended; nil when more is needed.
  package mutating func next() -> Event? {
    guard let framing = framing ?? detect(atEnd: false) else { return nil }
    switch framing {
    case .lines: return lines.next(in: &buffer, limit: limit)
    case .contentLength: return headers.next(in: &buffer, limit: limit)
    }
  }

  /// What is left at the end of the stream, after `next` has answered nil: a last line without LF.
  package mutating func finish() -> Event? {
    guard let framing = framing ?? detect(atEnd: true) else { return nil }
    switch framing {
    case .lines: return lines.finish(&buffer)
    case .contentLength: return headers.finish(&buffer)
    }
  }

  /// Passes over a byte order mark and blanks; the first byte behind them decides.
  private mutating func detect(atEnd: Bool) -> Framing? {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if isAtStart {
      let present = (0..<min(3, buffer.count)).prefix { buffer[$0] == mark[$0] }.count
      if present == buffer.count, present < 3, !atEnd { return nil }
      if present == 3 { buffer.drop(3) }
      isAtStart = false
    }
    while buffer.count > 0, buffer[0].isBlank { buffer.drop(1) }
    guard buffer.count > 0 else { return nil }
    framing = buffer[0] | 0x20 == UInt8(ascii: "c") ? .contentLength : .lines
    return framing
  }
}

extension UInt8 {
  /// Space, tab, CR or LF.
  var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
}

/// One message a line.
private struct LineScan {
  /// Bytes of the buffer known to hold no LF.
  private var scanned = 0
  /// The rest of an over-long line is being dropped.
  private var isSkipping = false

  mutating func next(in buffer: inout ByteBuffer, limit: Int) -> Framer.Event? {
    while let end = buffer.firstIndex(of: UInt8(ascii: "\n"), from: scanned) {
      scanned = 0
      if isSkipping {
        isSkipping = false
        buffer.drop(end + 1)
        continue
      }
      let length = end > 0 && buffer[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
      guard length <= limit else {
        buffer.drop(end + 1)
        return .oversized
      }
      let line = buffer.take(length)
      buffer.drop(end + 1 - length)
      if !line.allSatisfy(\.isBlank) { return .message(line) }
    }
    scanned = buffer.count
    // One byte more may be the CR of a line that is just short enough.
    guard isSkipping || buffer.count > limit + 1 else { return nil }
    buffer.drop(buffer.count)
    scanned = 0
    guard !isSkipping else { return nil }
    isSkipping = true
    return .oversized
  }

  mutating func finish(_ buffer: inout ByteBuffer) -> Framer.Event? {
    scanned = 0
    guard !isSkipping, buffer.count > 0 else { return nil }
    let line = buffer.take(buffer.count)
    return line.allSatisfy(\.isBlank) ? nil : .message(line)
  }
}
