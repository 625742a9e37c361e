import Model
import Services

/// One turn of the server: what it works on, how far it has to reach and why, and what it owes once that is durable.
///
/// A turn happens whole or not at all. What calls do beside recording (who a connection is, what waits, who follows) is
/// done at once, as the next call of the turn may rest on it, and put back when storage refuses the turn. Debts are paid
/// after the turn's events are on disk, and never before.
struct Turn {
  /// Monotonic nanoseconds.
  let began: UInt64
  let wall: Timestamp
  private(set) var jobs: [Job] = []
  private(set) var reach = Reach.nothing
  /// Nobody else is connected whom its calls could hold up.
  private let isAlone: Bool
  private var connectionCount = 0
  var debts: Debts
  private var undo = Undo()

  init(began: UInt64, wall: Timestamp, isAlone: Bool, debts: Debts = Debts()) {
    self.began = began
    self.wall = wall
    self.isAlone = isAlone
    self.debts = debts
  }

  /// The things a turn has to touch. Each touches what the ones before it do, and more.
  enum Reach: Int, Comparable {
    /// No call is run: only output was written, or what was waited for was something else.
    case nothing
    /// Calls that ask nothing of the state.
    case calls
    /// The state as the files have it now, without the lock.
    case state
    /// The state under the lock, to be changed.
    case transaction

    static func < (a: Reach, b: Reach) -> Bool { a.rawValue < b.rawValue }
  }

  /// A reason for a turn to reach for the state though no call of it does.
  enum Cause {
    /// Another process has written to the journal.
    case othersWrote
    /// Events were recorded after those who wait had been asked whether they are theirs.
    case unaskedEvents
    /// The server was told to end, so whoever waits is answered.
    case stopping
    /// Something is to be done by the clock.
    case due

    fileprivate var reach: Reach {
      switch self {
      case .othersWrote, .unaskedEvents, .stopping: .state
      case .due: .transaction
      }
    }
  }

  /// Nanoseconds that the calls of one connection may take in all; what is left of them then goes on in another turn.
  /// More where fewer want some, as a turn costs a sync.
  var share: UInt64 {
    isAlone ? Self.lengthAlone : max(TimeSlice.length, Self.length / UInt64(max(1, connectionCount)))
  }

  /// Nanoseconds that the calls of a turn take, as long as few connections want some.
  private static let length: UInt64 = 10_000_000
  /// As long as a signal, a newcomer or the agenda may have to wait.
  private static let lengthAlone: UInt64 = 250_000_000

  /// Counts the time of a call against its connection's share of the turn.
  mutating func spend(_ nanoseconds: UInt64, on peer: Peer) {
    if peer.spent == 0 { debts.served.append(peer) }
    peer.spent += nanoseconds
  }

  mutating func add(_ cause: Cause) { reach = max(reach, cause.reach) }

  mutating func add(_ job: Job) {
    // Those of one connection come one behind the other.
    if jobs.last.map({ $0.reply.peer !== job.reply.peer }) ?? true { connectionCount += 1 }
    jobs.append(job)
    reach = max(reach, job.reach)
  }
}

// MARK: - What it owes

extension Turn {
  /// The consequences of a turn beside what it records: told and done once that is durable.
  struct Debts {
    /// Nothing is sent for a notification, though its reply is pending too.
    var replies: [(to: PendingReply, bytes: [UInt8])] = []
    /// Calls to be handed to the password workers.
    var hashings: [HashedCall] = []
    /// Questions to be answered aside.
    var asides: [AsideCall] = []
    /// Methods answered, for the metrics.
    var answered: [(method: Method, refused: Bool)] = []

    /// The connections whose calls took time.
    var served: [Peer] = []

    /// Forgets them all, and keeps the memory for the next turn's.
    mutating func clear() {
      for reply in replies { reply.to.peer.unsent = 0 }
      for peer in served { peer.spent = 0 }
      served.removeAll(keepingCapacity: true)
      replies.removeAll(keepingCapacity: true)
      hashings.removeAll(keepingCapacity: true)
      asides.removeAll(keepingCapacity: true)
      answered.removeAll(keepingCapacity: true)
    }
  }
}

// MARK: - How it is taken back

extension Turn {
  private struct Undo {
    var commitments: Commitments?
    /// In the order of the changes.
    var standings: [(peer: Peer, before: Peer.Standing)] = []
  }

  /// From here on everything that calls change beside the state can be put back.
  mutating func begin(_ commitments: Commitments) {
    undo.commitments = commitments
    undo.standings.removeAll()
  }

  /// What was changed since `begin` stays.
  mutating func keep() { undo = Undo() }

  /// As if nothing had been called since `begin`.
  mutating func takeBack(_ commitments: inout Commitments) {
    if let before = undo.commitments { commitments = before }
    for change in undo.standings.reversed() { change.peer.restore(change.before) }
    debts.clear()
    keep()
  }

  mutating func change(_ peer: Peer, _ body: (inout Peer.Standing) -> Void) {
    // Once for changes in a row: a copy for each would have each copy the connection's whole queue.
    if undo.commitments != nil, undo.standings.last?.peer !== peer {
      undo.standings.append((peer, peer.standing))
    }
    peer.change(body)
  }
}
