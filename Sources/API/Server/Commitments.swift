import RPC
import Services

/// The engagements that calls have left behind, beside what they recorded: answers and events that are still to come.
///
/// A value, so that a turn which storage refuses can put it back; the copy costs nothing unless the turn changes it.
struct Commitments {
  var waiting = WaitingCalls()
  var subscriptions: [PeerID: Subscription] = [:]
  var followers: [Follower] = []
  /// Connections whose calls wait for a turn of their own: for room, or for what they recorded to be durable.
  var postponed: [Peer] = []
  var limiter = RateLimiter()

  /// Whether somebody has to be asked whether what was recorded is theirs.
  var hasAudience: Bool { !waiting.isEmpty || !followers.isEmpty }

  /// The connection has sent all it will send.
  mutating func close(_ peer: PeerID) {
    subscriptions[peer] = nil
    for place in followers.indices where followers[place].peer.id == peer { followers[place].leave() }
  }
}
