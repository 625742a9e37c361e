/// The messages one turn sends, without their framing, which is each connection's own.
package struct Outbox {
  package enum Entry: Equatable, Sendable {
    case message(PeerID, [UInt8])
    case close(PeerID)
  }

  package private(set) var entries: [Entry] = []
  private let spaceBefore: (PeerID) -> Int?
  /// Bytes sent to each peer by the first `counted` entries; nobody asks in most turns.
  private var sent: [PeerID: Int] = [:]
  private var counted = 0

  /// `space` says how many bytes a peer's queue took before it counted as slow, when the turn began; nil for one that is gone.
  package init(space: @escaping (PeerID) -> Int? = { _ in .max }) { spaceBefore = space }

  package mutating func send(_ message: [UInt8], to peer: PeerID) { entries.append(.message(peer, message)) }

  /// Bytes that may be sent to the peer before it counts as slow. For those who can wait: a turn comes when
  /// a peer that had no room has some again.
  package mutating func space(for peer: PeerID) -> Int {
    while counted < entries.count {
      if case .message(let peer, let bytes) = entries[counted] { sent[peer, default: 0] += bytes.count }
      counted += 1
    }
    // What is sent to one that is gone is dropped, so it is never slow.
    return max(0, (spaceBefore(peer) ?? .max) - sent[peer, default: 0])
  }

  /// Whether nothing can reach the peer any more.
  package func isGone(_ peer: PeerID) -> Bool { spaceBefore(peer) == nil }

  /// Closes the connection when what was sent before has been written.
  package mutating func close(_ peer: PeerID) { entries.append(.close(peer)) }
}
