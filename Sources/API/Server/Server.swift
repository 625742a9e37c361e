import JSON
import Logs
import Model
import POSIX
import RPC
import Services
import Storage

/// The shell around the services: all that arrived together is one turn, which is one transaction, made durable once
/// and then replied to.
///
/// One thread owns it. Where a turn comes from and goes to: `Turn`; whose it is: `Connections`; what it leaves
/// waiting: `Commitments`; what comes without a call: `Agenda` and `JournalSight`.
package final class Server: MessageHandler {
  let store: Store<PlanningState>
  let contract = Contract()
  let environment: Environment
  let metrics: Metrics
  let wakeup: Wakeup
  let files: FileWatch
  let watch: ChangeWatch
  let logWatch: LogWatch
  let hashers: Workers<HashResult?>
  let forecasters: Workers<Result<JSONObject, RPCError>>
  /// Whose requests a new connection's are, until it says otherwise.
  let defaultToken: String?

  var connections = Connections()
  var commitments = Commitments()
  var hashing: [Int: HashedCall] = [:]
  var asides: [Int: AsideCall] = [:]
  var agenda: Agenda
  var sight = JournalSight()
  private(set) var phase = Phase.serving
  /// Memory for the next turn's debts.
  private var spare = Turn.Debts()
  /// Whether work is left that had no room in the last turn, and has some now.
  private var hasMore = false
  private var nextKey = 0

  enum Phase {
    case serving
    /// Told to end: what was asked is answered, and whoever waits.
    case stopping
    /// The directory is poisoned: nothing more can be promised.
    case failed
  }

  package struct Options: Sendable {
    package var passwordCost = PasswordHasher.defaultCost
    /// How long an agent may be silent before its node is lost.
    package var leaseSeconds = LeaseFiles.defaultSeconds
    /// The token new connections start with (stdio's `BERTH_TOKEN`).
    package var token: String?
    /// Kept of one attempt's output that another machine's agent sends.
    package var logLimitBytes = LogFolder.defaultLimitBytes

    package init() {}
  }

  package init(_ store: Store<PlanningState>, dataDirectory: String, options: Options = Options()) throws {
    self.store = store
    let now = SystemClock.monotonicNanoseconds()
    metrics = Metrics(now: UInt64(now))
    let leases = LeaseFiles(dataDirectory: dataDirectory, seconds: options.leaseSeconds)
    environment = Environment(
      dataDirectory: dataDirectory, startedAt: Timestamp(milliseconds: SystemClock.wallMilliseconds()),
      processID: ThisProcess.id, hasher: PasswordHasher(cost: options.passwordCost), metrics: metrics,
      leases: leases, logs: LogFolder(dataDirectory: dataDirectory), logLimitBytes: options.logLimitBytes,
      random: { try RandomBytes.make($0) })
    wakeup = try Wakeup()
    files = try FileWatch()
    watch = try ChangeWatch(store.directory, files)
    logWatch = LogWatch(environment.logs, files)
    hashers = Workers(threads: 2, queue: 100, wakeup: wakeup)
    // One: the loop has the other core.
    forecasters = Workers(threads: 1, queue: 64, wakeup: wakeup)
    defaultToken = options.token
    agenda = Agenda(leases, store.fold)
  }

  var isStopping: Bool { phase == .stopping }

  func fail() { phase = .failed }

  /// Names a piece of work that is handed to workers.
  func makeKey() -> Int {
    nextKey += 1
    return nextKey
  }
}

// MARK: - What the transport asks and tells

extension Server {
  package var wakeDescriptors: [Int32] {
    [wakeup.descriptor] + files.descriptors
  }

  package var isIdle: Bool { connections.owed == 0 }

  package var mustExit: Bool { phase == .failed }

  package func accepts(_ peer: PeerID) -> Bool { connections[peer]?.accepts ?? true }

  package func stopping() { if phase == .serving { phase = .stopping } }

  package func connected(_ peer: PeerID) {
    metrics.count(.connections)
    connections.connect(peer)
  }

  package func wakened() { sight.signalled() }

  package var nextTurn: UInt64? {
    guard !hasMore else { return 0 }
    // What storage would not let be seen is looked for again, but not in a busy loop.
    let look = sight.isUrgent ? agenda.restEnd : nil
    return [look, commitments.waiting.earliest, agenda.next].compactMap(\.self).min()
  }

  package func turn(_ arrivals: [Arrival], into outbox: inout Outbox) {
    metrics.count(.turns)
    var turn = Turn(
      began: UInt64(SystemClock.monotonicNanoseconds()),
      wall: Timestamp(milliseconds: SystemClock.wallMilliseconds()), isAlone: connections.count == 1,
      debts: takeSpare())
    gather(arrivals, into: &turn, &outbox)
    perform(&turn)
    pay(&turn, into: &outbox)
    spare = turn.debts
    pumpSubscriptions(into: &outbox)
    pumpFollowers(turn.began, into: &outbox)
    for peer in connections.takeFinished() { outbox.close(peer.id) }
    hasMore =
      commitments.postponed.contains { outbox.space(for: $0.id) > 0 }
      || commitments.followers.contains { $0.isDue && outbox.space(for: $0.peer.id) > 0 }
  }

  private func takeSpare() -> Turn.Debts {
    var debts = Turn.Debts()
    swap(&debts, &spare)
    return debts
  }

  package func rest() {
    store.maintain()
    guard sight.mustHear(store.recordedSeq) else { return }
    // The watch tells us of our own writes too. Taken here, they cost no turn of their own; a write of somebody
    // else's that is taken with them does.
    do {
      _ = try drainFiles()
      if commitments.followers.contains(where: \.isDue) { hasMore = true }
      sight.resolve(othersWrote: try !store.isCurrent)
    } catch {
      store.options.note("\(error)")
    }
  }
}
