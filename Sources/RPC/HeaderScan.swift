/// Messages behind `Content-Length` headers, as the Language Server Protocol's base protocol has it.
struct HeaderScan {
  private enum Part {
    case headers
    case body(length: Int)
    /// The body of a message that is too long.
    case skipping(left: Int)
    /// After headers that could not be read: what is behind them has no known length, so the next
    /// `Content-Length:` is looked for, wherever in the stream.
    case searching
  }

  private var part = Part.headers
  private static let headerLimit = 8192
  private static let name = Array("content-length:".utf8)

  mutating func next(in buffer: inout ByteBuffer, limit: Int) -> Framer.Event? {
    while true {
      switch part {
      case .headers:
        guard let block = takeHeaders(from: &buffer) else {
          guard buffer.count > Self.headerLimit else { return nil }
          buffer.drop(Self.headerLimit)
          part = .searching
          return .malformed("The headers are longer than \(Self.headerLimit) bytes.")
        }
        guard let length = Self.length(in: block) else {
          part = .searching
          return .malformed("A message must begin with one header Content-Length: NUMBER and an empty line.")
        }
        guard length <= limit else {
          part = .skipping(left: length)
          return .oversized
        }
        part = .body(length: length)
      case .body(let length):
        guard buffer.count >= length else { return nil }
        part = .headers
        return .message(buffer.take(length))
      case .skipping(let left):
        let dropped = min(left, buffer.count)
        buffer.drop(dropped)
        guard dropped == left else {
          part = .skipping(left: left - dropped)
          return nil
        }
        part = .headers
      case .searching:
        guard findName(in: &buffer) else { return nil }
        part = .headers
      }
    }
  }

  mutating func finish(_ buffer: inout ByteBuffer) -> Framer.Event? {
    let isInside =
      switch part {
      case .headers: buffer.withBytes { !$0.allSatisfy(\.isBlank) }
      case .body: true
      case .skipping, .searching: false
      }
    buffer.drop(buffer.count)
    return isInside ? .malformed("The stream ended inside a message.") : nil
  }

  /// The lines up to the first empty one, which is taken too. Blank lines before them are passed over.
  private func takeHeaders(from buffer: inout ByteBuffer) -> [UInt8]? {
    while buffer.count > 0, buffer[0].isBlank { buffer.drop(1) }
    let end = buffer.withBytes { bytes -> Int? in
      for place in 0..<min(bytes.count, Self.headerLimit) where bytes[place] == UInt8(ascii: "\n") {
        let isCRLF = place + 2 < bytes.count && bytes[place + 1] == UInt8(ascii: "\r")
        let next = isCRLF ? place + 2 : place + 1
        if next < bytes.count, bytes[next] == UInt8(ascii: "\n") { return next + 1 }
      }
      return nil
    }
    return end.map { buffer.take($0) }
  }

  /// The one Content-Length of a header block. Other headers (Content-Type) are passed over.
  private static func length(in block: [UInt8]) -> Int? {
    var length: Int?
    for line in block.split(separator: UInt8(ascii: "\n")) {
      guard line.count > name.count, zip(line, name).allSatisfy({ $0.lowercased == $1 }) else {
        continue
      }
      let digits = line.dropFirst(name.count).drop(while: \.isBlank).reversed().drop(while: \.isBlank)
        .reversed()
      let isNumber = !digits.isEmpty && digits.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
      guard length == nil, isNumber, let value = Int(String(decoding: digits, as: UTF8.self)) else {
        return nil
      }
      length = value
    }
    return length
  }

  /// Drops all before the next `Content-Length:`, but for what may be its beginning.
  private func findName(in buffer: inout ByteBuffer) -> Bool {
    let name = Self.name
    let found = buffer.withBytes { bytes -> Int? in
      guard bytes.count >= name.count else { return nil }
      return (0...bytes.count - name.count).first { start in
        name.indices.allSatisfy { bytes[start + $0].lowercased == name[$0] }
      }
    }
    buffer.drop(found ?? max(0, buffer.count - name.count + 1))
    return found != nil
  }
}

extension UInt8 {
  /// ASCII alone.
  fileprivate var lowercased: UInt8 { self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self }
}
