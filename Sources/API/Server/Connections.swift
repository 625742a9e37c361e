import JSON
import RPC

/// The connections, and the answers that each is owed.
struct Connections {
  private var peers: [PeerID: Peer] = [:]
  /// Peers that are closed and have not been let go of.
  private var closed: [Peer] = []
  /// Answers that all peers are owed.
  private(set) var owed = 0
  private var batches: [Int: BatchReply] = [:]
  private var nextBatch = 0

  var count: Int { peers.count }

  subscript(id: PeerID) -> Peer? { peers[id] }

  mutating func connect(_ id: PeerID) { peers[id] = Peer(id) }

  mutating func close(_ id: PeerID) {
    guard let peer = peers[id], !peer.isClosed else { return }
    peer.isClosed = true
    closed.append(peer)
  }

  /// Those that will send nothing more and are owed nothing, let go of.
  mutating func takeFinished() -> [Peer] {
    guard !closed.isEmpty else { return [] }
    let finished = closed.filter { $0.owed == 0 }
    closed.removeAll { $0.owed == 0 }
    for peer in finished { peers[peer.id] = nil }
    return finished
  }

  // MARK: - Replies

  mutating func owe(_ peer: Peer, id: JSONValue?, _ batch: PendingReply.BatchSlot? = nil) -> PendingReply {
    peer.owed += 1
    owed += 1
    return PendingReply(peer: peer, id: id, batch: batch)
  }

  /// Takes note that an answer is given; answers what is to be sent for it, which in a batch is nothing
  /// before its last answer.
  mutating func settle(_ reply: PendingReply, _ bytes: [UInt8]) -> [UInt8]? {
    reply.peer.owed -= 1
    owed -= 1
    guard reply.id != nil else { return nil }
    guard let place = reply.batch else { return bytes }
    batches[place.batch]?.answer(place.slot, bytes)
    guard let batch = batches[place.batch], batch.isComplete else { return nil }
    batches[place.batch] = nil
    return batch.bytes
  }

  mutating func openBatch(count: Int) -> Int {
    nextBatch += 1
    if count > 0 { batches[nextBatch] = BatchReply(count: count) }
    return nextBatch
  }
}
