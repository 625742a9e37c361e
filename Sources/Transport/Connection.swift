import POSIX
import RPC

/// One peer: its descriptors, what was read and not yet handed over, and what waits to be written.
final class Connection {
  let peer: PeerID
  let input: Port
  /// The same as `input` for a socket.
  let output: Port
  var framer: Framer
  var queue = WriteQueue()

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
  /// The framer may have more to hand over.
  var hasBacklog = false
  /// When the queue last became shorter, or began; nanoseconds of the monotonic clock.
  var lastProgress: UInt64 = 0

  init(_ peer: PeerID, input: Port, output: Port, messageLimit: Int) {
    self.peer = peer
    self.input = input
    self.output = output
    framer = Framer(limit: messageLimit)
  }

  var isSocket: Bool { input === output }

  func wantsRead(_ limits: TransportLimits) -> Bool {
    !hasEnded && !isBroken && !closesWhenFlushed && !isPaused && !hasBacklog
      && queue.count <= limits.slowQueue
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
