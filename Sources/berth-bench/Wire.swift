import POSIX

/// An obstacle that a measurement cannot go on with.
struct BenchFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// One connection, written to and read from by blocking calls with nothing in between, as a C client would.
final class Wire {
  let input: FileDescriptor
  let output: FileDescriptor
  private let buffer: UnsafeMutableRawBufferPointer
  /// Bytes of `room` in use: the last line that was received, without its LF.
  private var filled = 0
  private static let bufferSize = 1 << 16

  init(input: FileDescriptor, output: FileDescriptor) {
    self.input = input
    self.output = output
    buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
  }

  /// To the socket at `path`, once somebody listens there.
  convenience init(to path: String) throws {
    let deadline = SystemClock.monotonicNanoseconds() + 60_000_000_000
    while true {
      do throws(Errno) {
        let socket = try UnixSocket.connect(to: path, seconds: 10)
        self.init(input: socket, output: socket)
        return
      } catch {
        guard SystemClock.monotonicNanoseconds() < deadline else { throw error }
        SystemClock.sleep(nanoseconds: 1_000_000)
      }
    }
  }

  deinit { buffer.deallocate() }

  func send(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { all in
      var sent = 0
      while sent < all.count {
        let rest = UnsafeRawBufferPointer(rebasing: all[sent...])
        guard case .bytes(let count) = output.writeSome(rest) else {
          throw BenchFailure("the server is gone")
        }
        sent += count
      }
    }
  }

  /// Reads once; answers the line ends in what came, and how many bytes it was.
  func receiveSome() throws -> (lines: Int, bytes: Int) {
    guard case .bytes(let count) = input.readSome(into: buffer) else {
      throw BenchFailure("the server is gone")
    }
    filled = count
    var lines = 0
    for byte in buffer[..<count] where byte == UInt8(ascii: "\n") { lines += 1 }
    return (lines, count)
  }

  /// Reads on until so many lines have come; answers their bytes.
  @discardableResult
  func receive(lines wanted: Int = 1) throws -> Int {
    var lines = 0
    var bytes = 0
    while lines < wanted {
      let some = try receiveSome()
      lines += some.lines
      bytes += some.bytes
    }
    return bytes
  }

  /// What the last read brought.
  var received: [UInt8] { Array(buffer[..<filled]) }

  /// There and back; throws unless the reply is a result.
  func call(_ request: [UInt8]) throws {
    try send(request)
    var lines = try receiveSome().lines
    guard Self.isResult(buffer[..<filled]) else {
      throw BenchFailure("refused: " + String(decoding: received, as: UTF8.self))
    }
    while lines == 0 { lines = try receiveSome().lines }
  }

  private static let result = Array(#"{"jsonrpc":"2.0","id":1,"result":"#.utf8)

  /// Replies to the floor's server begin with its own byte.
  private static func isResult(_ bytes: Slice<UnsafeMutableRawBufferPointer>) -> Bool {
    bytes.starts(with: result) || bytes.first == EchoServer.mark
  }
}
