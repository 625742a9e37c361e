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
    /// The peer speaks HTTP. Nothing that it sends is a message, and this is the last event.
    case http
  }

  /// Nil until the first bytes have told it.
  package private(set) var framing: Framing?
  private let limit: Int
  private var buffer = ByteBuffer()
  private var opening = Opening.mark
  private var lines = LineScan()
  private var headers = HeaderScan()

  package init(limit: Int = defaultLimit) { self.limit = limit }

  /// The knowledge of the first bytes, before there is a framing.
  private enum Opening {
    /// A byte order mark may come.
    case mark
    /// Blanks are passed over.
    case blanks
    case http
  }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if opening != .http { buffer.append(bytes) }
  }

  package mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  /// The next event of what has been appended; nil when more is needed.
  package mutating func next() -> Event? {
    guard let framing = framing ?? detect(atEnd: false) else { return takeHTTP() }
    switch framing {
    case .lines: return lines.next(in: &buffer, limit: limit)
    case .contentLength: return headers.next(in: &buffer, limit: limit)
    }
  }

  /// What is left at the end of the stream, after `next` has answered nil: a last line without LF.
  package mutating func finish() -> Event? {
    guard let framing = framing ?? detect(atEnd: true) else { return takeHTTP() }
    switch framing {
    case .lines: return lines.finish(&buffer)
    case .contentLength: return headers.finish(&buffer)
    }
  }

  /// Passes over a byte order mark and blanks; the first byte behind them decides, unless it may begin a request line of HTTP:
  /// then the line does.
  private mutating func detect(atEnd: Bool) -> Framing? {
    guard opening != .http else { return nil }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if opening == .mark {
      let present = (0..<min(3, buffer.count)).prefix { buffer[$0] == mark[$0] }.count
      if present == buffer.count, present < 3, !atEnd { return nil }
      if present == 3 { buffer.drop(3) }
      opening = .blanks
    }
    while buffer.count > 0, buffer[0].isBlank { buffer.drop(1) }
    guard buffer.count > 0 else { return nil }
    switch buffer.withBytes({ RequestLine.verdict(on: $0, isWhole: atEnd) }) {
    case .no: break
    case .undecided: return nil
    case .yes:
      opening = .http
      return nil
    }
    framing = buffer[0] | 0x20 == UInt8(ascii: "c") ? .contentLength : .lines
    return framing
  }

  /// Told once, when what was sent is dropped.
  private mutating func takeHTTP() -> Event? {
    guard opening == .http, buffer.count > 0 else { return nil }
    buffer.drop(buffer.count)
    return .http
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
