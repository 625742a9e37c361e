/// The messages one turn sends, without their framing, which is each connection's own.
package struct Outbox {
  package enum Entry: Equatable, Sendable {
    case message(PeerID, [UInt8])
    case close(PeerID)
  }

  package private(set) var entries: [Entry] = []
  private var sent: [PeerID: Int] = [:]
  private let roomBefore: (PeerID) -> Int

  /// `room` says how many bytes a peer's queue took before it counted as slow, when the turn began.
  package init(room: @escaping (PeerID) -> Int = { _ in .max }) { roomBefore = room }

  package mutating func send(_ message: [UInt8], to peer: PeerID) {
    entries.append(.message(peer, message))
    sent[peer, default: 0] += message.count
  }

  /// Bytes that may be sent to the peer before it counts as slow; for those who can send later (subscriptions).
  package func room(for peer: PeerID) -> Int { max(0, roomBefore(peer) - sent[peer, default: 0]) }

  /// Closes the connection when what was sent before has been written.
  package mutating func close(_ peer: PeerID) { entries.append(.close(peer)) }
}
