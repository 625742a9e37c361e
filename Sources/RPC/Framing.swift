/// The way in which messages are told apart on one connection; fixed by its first non-blank byte.
package enum Framing: Equatable, Sendable {
  /// One message a line.
  case lines
  /// Headers with `Content-Length`, an empty line, and so many bytes: as language servers speak.
  case contentLength

  /// Appends the message as it goes over the wire. A message has no LF of its own.
  package func frame(_ message: [UInt8], into buffer: inout [UInt8]) {
    switch self {
    case .lines:
      buffer.append(contentsOf: message)
      buffer.append(UInt8(ascii: "\n"))
    case .contentLength:
      buffer.append(contentsOf: "Content-Length: \(message.count)\r\n\r\n".utf8)
      buffer.append(contentsOf: message)
    }
  }
}
