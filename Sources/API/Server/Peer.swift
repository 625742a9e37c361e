import Model
import RPC
import Services

/// One connection, as the server knows it.
final class Peer {
  /// The part of a connection that calls change: put back when storage refuses the turn they were made in.
  struct Standing {
    /// Whose requests these are, unless a request brings its own token.
    var session: SessionID?
    /// It has logged out, and is nobody's until it logs in again.
    private(set) var isUnbound = false
    /// Calls behind one that is still being worked on: answers keep the order of requests.
    var queue: [Job] = []
    /// True while the connection's earlier request is with the workers.
    var isAway = false

    mutating func unbind() {
      session = nil
      isUnbound = true
    }
  }

  let id: PeerID
  /// Changed through `Turn.change`, which can put it back.
  private(set) var standing = Standing()
  /// Bytes of the answers made for it in this turn.
  var unsent = 0
  /// Nanoseconds that its calls took in this turn.
  var spent: UInt64 = 0
  /// Answers it is owed.
  var owed = 0
  /// It has sent all it will send.
  var isClosed = false

  init(_ id: PeerID) { self.id = id }

  func change(_ body: (inout Standing) -> Void) { body(&standing) }

  func restore(_ standing: Standing) { self.standing = standing }

  /// Answers made for one peer in one turn; its further calls wait for a turn in which it has room.
  private static let answerLimit = 1 << 20
  /// Answers of one batch, which can only be sent together.
  private static let batchLimit = 1 << 23
  /// Calls kept behind one that is worked on; beyond it the connection is not read.
  private static let queueLimit = 256

  var accepts: Bool { standing.queue.count < Self.queueLimit }

  /// Whether earlier calls of the connection are still to be run.
  var isBehind: Bool { standing.isAway || !standing.queue.isEmpty }

  /// Whether it was given as much in this turn as one connection gets.
  var isOverAnswered: Bool { unsent > Self.answerLimit }

  var isBeyondBatch: Bool { unsent > Self.batchLimit }
}
