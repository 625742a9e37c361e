import POSIX
import RPC

/// A blocking client of one server: the command line's and the tests' end of the wire.
///
/// One thread at a time. Knows messages, not their meaning.
package final class LineClient {
  package enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    case cannotConnect(String)
    case timedOut
    /// The server closed the connection.
    case closed
    case malformed(String)

    package var description: String {
      switch self {
      case .cannotConnect(let reason): reason
      case .timedOut: "The server did not answer in time."
      case .closed: "The server closed the connection."
      case .malformed(let reason): "The server's answer cannot be read: \(reason)"
      }
    }
  }

  private let input: Port
  private let output: Port
  private let framing: Framing
  private let timeout: Double
  private var framer = Framer(limit: 1 << 30)
  private var queue = WriteQueue()
  private var isEnded = false
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  /// Connects to the socket at `path`. `timeoutSeconds` bounds each call.
  package init(connectingTo path: String, framing: Framing = .lines, timeoutSeconds: Double = 30)
    throws(Failure)
  {
    do throws(Errno) {
      let socket = try UnixSocket.connect(to: path, seconds: timeoutSeconds)
      input = Port(socket, token: 0)
    } catch {
      throw .cannotConnect("Cannot connect to \(path): \(error.answer).")
    }
    output = input
    self.framing = framing
    timeout = timeoutSeconds
  }

  /// Talks to a server that is at the other ends of these, such as a child's standard input and output.
  package init(
    reading: FileDescriptor, writing: FileDescriptor, framing: Framing = .lines, timeoutSeconds: Double = 30
  ) {
    input = Port(reading, token: 0)
    output = Port(writing, token: 0)
    self.framing = framing
    timeout = timeoutSeconds
  }

  /// Sends one message; returns when the kernel has all of it.
  package func send(_ message: [UInt8]) throws(Failure) {
    queue.append { framing.frame(message, into: &$0) }
    try flush()
  }

  /// Sends bytes as they are, without framing.
  package func sendRaw(_ bytes: [UInt8]) throws(Failure) {
    queue.append { $0 += bytes }
    try flush()
  }

  /// The next message, of those that arrive within `seconds` (as a rule the client's timeout).
  package func receive(within seconds: Double? = nil) throws(Failure) -> [UInt8] {
    let deadline = Self.deadline(seconds ?? timeout)
    while true {
      if let message = try arrived() { return message }
      let ready = FileDescriptor.wait(
        reading: input.file, writing: nil, milliseconds: try Self.milliseconds(until: deadline))
      if ready.read { absorb() }
    }
  }

  /// Readable when a message, or the end, may have arrived.
  package var descriptor: Int32 { input.file.number }

  /// The next message, if all of it has arrived.
  package func receiveIfReady() throws(Failure) -> [UInt8]? {
    while true {
      if let message = try arrived() { return message }
      guard FileDescriptor.wait(reading: input.file, writing: nil, milliseconds: 0).read else { return nil }
      absorb()
    }
  }

  /// The next message of what was read so far.
  private func arrived() throws(Failure) -> [UInt8]? {
    switch isEnded ? framer.next() ?? framer.finish() : framer.next() {
    case .message(let bytes): return bytes
    case .malformed(let reason): throw .malformed(reason)
    case .oversized: throw .malformed("it is too long")
    case .http: throw .malformed("it is HTTP")
    case nil: break
    }
    guard !isEnded else { throw .closed }
    return nil
  }

  private func flush() throws(Failure) {
    let deadline = Self.deadline(timeout)
    while !queue.isEmpty {
      if output.write(&queue) == .ended { throw .closed }
      guard !queue.isEmpty else { return }
      // A server that waits for us to read does not read either.
      let ready = FileDescriptor.wait(
        reading: input.file, writing: output.file, milliseconds: try Self.milliseconds(until: deadline))
      if ready.read { absorb() }
      if isEnded { throw .closed }
    }
  }

  private func absorb() {
    buffer.withUnsafeMutableBytes { buffer in
      switch input.read(into: buffer) {
      case .bytes(let count): framer.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      case .wouldBlock: break
      case .ended: isEnded = true
      }
    }
  }

  private static func deadline(_ seconds: Double) -> Int {
    SystemClock.monotonicNanoseconds(after: seconds)
  }

  private static func milliseconds(until deadline: Int) throws(Failure) -> Int {
    let left = deadline - SystemClock.monotonicNanoseconds()
    guard left > 0 else { throw .timedOut }
    return (left + 999_999) / 1_000_000
  }
}
