import POSIX
import RPC

/// One peer: its descriptors, what was read and not yet handed over, and what waits to be written.
final class Connection {
  let peer: PeerID
  let input: Port
  /// The same as `input` for a socket.
  let output: Port
  let isSocket: Bool
  // Unchecked: no method of either calls out, so no access to one begins inside another.
  @exclusivity(unchecked) var framer: Framer
  @exclusivity(unchecked) var queue = WriteQueue()

  /// The peer has sent all it will send.
  var hasEnded = false
  /// The handler knows that it has.
  var isEndReported = false
  /// Nobody reads what we write.
  var isBroken = false
  /// The handler has asked to close it when all is written.
  var closesWhenFlushed = false
  /// The handler takes nothing more from it for now.
  var isPaused = false
  /// In the loop's list of those with something to hand over.
  var isWaiting = false
  /// In the loop's list of those to look at when the turn ends.
  var isTouched = false
  /// In the loop's set of those with something to write that could not be.
  var isBlocked = false
  /// The handler was told that there is no room for more, and must hear when there is.
  var isFull = false
  var isClosed = false
  /// When the queue last became shorter, or began; nanoseconds of the monotonic clock.
  var lastProgress: UInt64 = 0

  init(_ peer: PeerID, input: FileDescriptor, output: FileDescriptor, messageLimit: Int) {
    self.peer = peer
    isSocket = input === output
    self.input = Port(input, token: PollToken.input(peer).encoded)
    self.output = isSocket ? self.input : Port(output, token: PollToken.output(peer).encoded)
    framer = Framer(limit: messageLimit)
  }

  func wantsRead(_ limits: TransportLimits) -> Bool {
    !hasEnded && !closesWhenFlushed && !isPaused && !isWaiting && queue.count <= limits.slowQueue
  }

  /// Puts a message behind what waits.
  func enqueue(_ message: [UInt8], now: UInt64) {
    guard !isBroken else { return }
    if queue.isEmpty { lastProgress = now }
    // A peer that has not yet sent a byte is spoken to in lines.
    let framing = framer.framing ?? .lines
    queue.append { framing.frame(message, into: &$0) }
  }

  func writeBroke() {
    isBroken = true
    hasEnded = true
    queue.clear()
  }
}
