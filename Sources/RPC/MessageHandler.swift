/// One connection, as long as the process lives: numbers are not used again.
package struct PeerID: Hashable, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }
}

/// One of the things that a transport hands over, in the order they came.
package enum Arrival: Equatable, Sendable {
  /// One message without its framing, not yet parsed.
  case message(PeerID, [UInt8])
  /// A message longer than `limit` bytes; its text was dropped.
  case oversized(PeerID, limit: Int)
  /// Framing that cannot be read; the sentence says why.
  case malformed(PeerID, String)
  /// The peer has sent all it will send, or is gone. What it is owed may still reach it: the handler closes
  /// it through the outbox when that is sent; the transport does when the whole handler is idle. Arrives once
  /// for every peer, as its last, also when the handler closed it before.
  case closed(PeerID)
}

/// Whatever answers messages: the only thing a transport knows of the service behind it.
///
/// All of it is called on the event loop's thread.
package protocol MessageHandler: AnyObject {
  func connected(_ peer: PeerID)

  /// One turn of the loop: everything that arrived together, in order. May be empty: a wake-up, a deadline.
  func turn(_ arrivals: [Arrival], into outbox: inout Outbox)

  /// False while an earlier request of the peer is still being worked on and enough waits behind it:
  /// reading from it pauses.
  func accepts(_ peer: PeerID) -> Bool

  /// One of `wakeDescriptors` is readable; the turn that follows drains it.
  func wakened()

  /// What the last turn sent has been handed to the kernel: time for work that no answer waits for.
  func rest()

  /// When `turn` must be called though nothing arrives, in nanoseconds of CLOCK_MONOTONIC; nil for never.
  var nextTurn: UInt64? { get }

  /// Descriptors that wake the loop when readable; the handler drains them inside the `turn` that
  /// follows `wakened`. Asked once.
  var wakeDescriptors: [Int32] { get }

  /// No accepted request is unanswered: a clean shutdown may end.
  var isIdle: Bool { get }

  /// The process must end now; what is in the outbox is still sent.
  var mustExit: Bool { get }

  /// The loop was told to end: no message will arrive any more, and waiting calls should be answered.
  func stopping()
}

extension MessageHandler {
  package func wakened() {}
  package func rest() {}
}
