/// The first line of an HTTP request, `METHOD target HTTP/1.1`, told from the beginning of a message.
///
/// The lines behind it would be read as messages, the body among them, which a web page may have chosen.
/// Source: RFC 9112, section 3.
enum RequestLine {
  enum Verdict {
    case yes
    case no
    /// More bytes are needed.
    case undecided
  }

  /// Methods are upper case as a rule; the longest registered has 17 letters.
  private static let methodLimit = 32
  /// A first line of more bytes is taken for a request with a long target.
  private static let lineLimit = 8192

  /// `isWhole`: no more bytes come.
  static func verdict(on bytes: UnsafeRawBufferPointer, isWhole: Bool) -> Verdict {
    let method = bytes.prefix(methodLimit).prefix(while: \.isMethodByte)
    guard !method.isEmpty else { return .no }
    guard method.count < bytes.count else { return isWhole ? .no : .undecided }
    guard bytes[method.count] == UInt8(ascii: " ") else { return .no }
    guard let end = bytes.prefix(lineLimit).firstIndex(of: UInt8(ascii: "\n")) else {
      return bytes.count >= lineLimit ? .yes : isWhole ? .no : .undecided
    }
    let line = bytes[..<end].last == UInt8(ascii: "\r") ? bytes[..<(end - 1)] : bytes[..<end]
    guard let space = line.lastIndex(of: UInt8(ascii: " ")), space > method.count else { return .no }
    return line[(space + 1)...].starts(with: "HTTP/".utf8) ? .yes : .no
  }
}

extension UInt8 {
  fileprivate var isMethodByte: Bool { self &- UInt8(ascii: "A") < 26 || self == UInt8(ascii: "-") }
}
