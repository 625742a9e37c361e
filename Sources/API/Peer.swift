import Model
import RPC
import Services

/// What the server knows of one connection.
final class Peer {
  /// What calls change about their connection: taken back when storage refuses the turn they were made in.
  struct Standing {
    /// Whose requests these are, unless a request brings its own token.
    var session: SessionID?
    /// It has logged out, and is nobody's until it logs in again.
    private(set) var isUnbound = false
    /// Calls behind one that is still being worked on: answers keep the order of requests.
    var queue: [Job] = []
    /// True while the connection's earlier request is with the password workers.
    var isBusy = false

    mutating func unbind() {
      session = nil
      isUnbound = true
    }
  }

  let id: PeerID
  /// Changed by `Desk.change` alone, which can take it back.
  fileprivate(set) var standing = Standing()
  /// The turn in which `standing` was last changed.
  fileprivate var changedIn = 0
  /// Bytes of the answers made for it in this turn.
  var unsent = 0
  /// Answers it is owed.
  var owed = 0
  /// It has sent all it will send.
  var isClosed = false

  init(_ id: PeerID) { self.id = id }

  /// Answers made for one peer in one turn; its further calls wait for a turn in which it has room.
  private static let answerLimit = 1 << 20
  /// Answers of one batch, which can only be sent together.
  private static let batchLimit = 1 << 23

  /// Whether a call must wait: behind others of its connection, or for room.
  var mustWait: Bool { isBehind || unsent > Self.answerLimit }

  /// Whether earlier calls of the connection are still to be run.
  var isBehind: Bool { standing.isBusy || !standing.queue.isEmpty }

  var isBeyondBatch: Bool { unsent > Self.batchLimit }
}

/// What a turn comes to beside what it records: told and done once all of that is durable.
struct TurnOutcome {
  /// Nothing is sent to a notification, though its ticket is answered too.
  var replies: [(ticket: Ticket, bytes: [UInt8])] = []
  /// Calls to be handed to the password workers.
  var hashings: [(Ticket, HashTicket)] = []
  /// Methods answered, for the metrics.
  var answered: [(method: Method, refused: Bool)] = []

  mutating func clear() {
    for reply in replies { reply.ticket.peer.unsent = 0 }
    replies.removeAll(keepingCapacity: true)
    hashings.removeAll(keepingCapacity: true)
    answered.removeAll(keepingCapacity: true)
  }
}

/// What a turn changes beside the planning state, and how that is taken back when storage refuses the turn.
struct Desk {
  private(set) var peers: [PeerID: Peer] = [:]
  /// Peers that are closed and have not been let go of.
  private(set) var closed: [Peer] = []
  /// Answers that all peers are owed.
  private(set) var owed = 0
  var outcome = TurnOutcome()

  // Taken back as a whole: copied before a turn, which is free unless the turn changes them.
  var waiters = Waiters()
  var subscriptions: [PeerID: Subscription] = [:]
  var followers: [Follower] = []
  var limiter = RateLimiter()
  /// Peers whose calls wait for room, not for an answer.
  var postponed: [Peer] = []

  private var batches: [Int: BatchReply] = [:]
  private var nextBatch = 0
  private var turn = 0
  private var before:
    (
      waiters: Waiters, subscriptions: [PeerID: Subscription], followers: [Follower], limiter: RateLimiter,
      postponed: [Peer]
    )?
  private var standings: [(peer: Peer, standing: Peer.Standing)] = []
}

// MARK: - Turns

extension Desk {
  mutating func beginTurn() {
    turn += 1
    standings.removeAll(keepingCapacity: true)
    before = (waiters, subscriptions, followers, limiter, postponed)
  }

  /// What was changed since `beginTurn` stays.
  mutating func endTurn() { before = nil }

  /// As if nothing had been called since `beginTurn`.
  mutating func takeBackTurn() {
    if let before { (waiters, subscriptions, followers, limiter, postponed) = before }
    for (peer, standing) in standings { peer.standing = standing }
    outcome.clear()
    endTurn()
  }

  mutating func change(_ peer: Peer, _ body: (inout Peer.Standing) -> Void) {
    if peer.changedIn != turn {
      peer.changedIn = turn
      standings.append((peer, peer.standing))
    }
    body(&peer.standing)
  }
}

// MARK: - Peers and what they are owed

extension Desk {
  mutating func connect(_ id: PeerID) { peers[id] = Peer(id) }

  mutating func close(_ id: PeerID) {
    subscriptions[id] = nil
    for place in followers.indices where followers[place].ticket.peer.id == id { followers[place].leave() }
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

  mutating func owe(_ peer: Peer) {
    peer.owed += 1
    owed += 1
  }

  /// Takes note that an answer is given; answers what is to be sent for it, which in a batch is nothing
  /// before its last answer.
  mutating func settle(_ ticket: Ticket, _ bytes: [UInt8]) -> [UInt8]? {
    ticket.peer.owed -= 1
    owed -= 1
    guard ticket.id != nil else { return nil }
    guard let place = ticket.batch else { return bytes }
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
