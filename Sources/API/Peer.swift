import Model
import RPC
import Services

/// What the server knows of one connection.
struct Peer {
  /// Whose requests these are, unless a request brings its own token.
  var session: SessionID?
  /// It has logged out, and is nobody's until it logs in again.
  private(set) var isUnbound = false
  /// Calls behind one that is still being worked on: answers keep the order of requests.
  var queue: [Job] = []
  /// True while the connection's earlier request is with the password workers.
  var isBusy = false
  /// Answers it is owed.
  var owed = 0
  /// It has sent all it will send.
  var isClosed = false
  var subscription: Subscription?

  mutating func unbind() {
    session = nil
    isUnbound = true
  }
}

/// What a turn changes beside the world. Taken back, with a copy made before, when storage refuses the turn.
struct Desk {
  var peers: [PeerID: Peer] = [:]
  var waiters: [Waiter] = []
  var batches: [Int: BatchReply] = [:]
  var limiter = RateLimiter()
  /// Replies to be sent once everything the turn recorded is durable.
  var replies: [(PeerID, [UInt8])] = []
  /// Calls to be handed to the password workers then.
  var hashings: [(Ticket, HashTicket)] = []
  /// Methods answered in this turn, for the metrics.
  var answered: [(method: String, refused: Bool)] = []
  private var nextBatch = 0

  /// Answers a call; in a batch, the reply goes out with its last answer.
  mutating func answer(_ ticket: Ticket, _ bytes: [UInt8]) {
    peers[ticket.peer]?.owed -= 1
    guard ticket.id != nil else { return }
    guard let place = ticket.batch else {
      replies.append((ticket.peer, bytes))
      return
    }
    batches[place.batch]?.answer(place.slot, bytes)
    guard let batch = batches[place.batch], batch.isComplete else { return }
    batches[place.batch] = nil
    if let reply = batch.bytes { replies.append((ticket.peer, reply)) }
  }

  mutating func openBatch(count: Int) -> Int {
    nextBatch += 1
    if count > 0 { batches[nextBatch] = BatchReply(count: count) }
    return nextBatch
  }
}
