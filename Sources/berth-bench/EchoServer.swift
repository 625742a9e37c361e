import POSIX

/// The floor under every round trip: a process that reads lines and writes lines, as a C program would, with
/// one blocking thread a connection. Each line begins with the length of the reply it wants, its LF included;
/// one that begins with `+` also wants 200 bytes appended to a file, and on disk before the reply.
enum EchoServer {
  static let mark = UInt8(ascii: "=")
  private static let digits = 9

  /// A line of `size` bytes that asks for a reply of `reply` bytes.
  static func request(_ size: Int, reply: Int, isDurable: Bool = false) -> [UInt8] {
    let number = String(reply)
    let zeros = String(repeating: "0", count: digits - number.count - 1)
    let head = (isDurable ? "+" : "0") + zeros + number
    let blanks = String(repeating: " ", count: max(0, size - digits - 1))
    return Array((head + blanks + "\n").utf8)
  }

  /// Serves the socket until the process is ended, with its file in the same directory.
  static func run(at path: String) throws -> Never {
    let file = try SyncedFile(at: path + ".floor")
    let listener = try UnixSocket.listen(at: path, mode: 0o600)
    while true {
      try ThisProcess.waitReadable([listener.number], milliseconds: nil)
      while let socket = try UnixSocket.accept(from: listener) {
        // Accepted sockets do not block, as an event loop wants them; here they must.
        socket.setBlocking(true)
        _ = try BackgroundTask { serve(socket, file) }
      }
    }
  }

  private static func serve(_ socket: FileDescriptor, _ file: SyncedFile) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    var reply: [UInt8] = []
    var (place, wanted, records) = (0, 0, 0)
    defer { buffer.deallocate() }
    while true {
      guard case .bytes(let count) = socket.readSome(into: buffer) else { return }
      reply.removeAll(keepingCapacity: true)
      for byte in buffer[..<count] {
        if byte == UInt8(ascii: "\n") {
          reply.append(contentsOf: repeatElement(mark, count: wanted - 1))
          reply.append(byte)
          (place, wanted) = (0, 0)
          continue
        }
        if byte == UInt8(ascii: "+") {
          records += 1
        } else if place < digits {
          wanted = wanted * 10 + Int(byte & 15)
        }
        place += 1
      }
      if records > 0 { try? file.append(records: records) }
      records = 0
      guard send(reply, to: socket) else { return }
    }
  }

  private static func send(_ reply: [UInt8], to socket: FileDescriptor) -> Bool {
    reply.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
        guard case .bytes(let count) = socket.writeSome(rest) else { return false }
        sent += count
      }
      return true
    }
  }
}
