import JSON
import Logs
import Model
import POSIX
import RPC
import Services
import Storage

/// Answers messages: all that arrived together is one transaction, made durable once, and then replied to.
///
/// One thread owns it. A turn either happens whole, replies included, or, when storage refuses, changes
/// nothing: its reads are answered from the state before it, the rest with 1050.
package final class Server: MessageHandler {
  let store: Store<PlanningState>
  let contract = Contract()
  let environment: Environment
  let metrics: Metrics
  let wakeup: Wakeup
  let watch: ChangeWatch
  let logWatch: LogWatch
  let workers: PasswordWorkers
  var leaseWatch: LeaseWatch
  var desk = Desk()
  var hashing: [Int: (Ticket, HashTicket)] = [:]
  var nextHashing = 0
  /// Until when another process's changes may go unplanned here: it has planned them itself, and only what
  /// time alone will change is left to find out.
  var planBy: Timestamp?
  /// Monotonic nanoseconds before which what time alone asks for is not tried again: storage refused it.
  var retryAt: UInt64 = 0
  /// When time alone next changes something, and whether something is unplanned: as the planning state says it, which
  /// is asked only when it may have changed.
  var due = Due()
  var seenSeq = 0
  /// Calls wait for a peer's room, and there is room: the loop goes on at once.
  var mustTurnAgain = false
  /// The last of our own writes that the watch has told us of.
  private var heardSeq = 0
  /// A wake descriptor is readable.
  private var isWakened = false
  /// Somebody else wrote while we did.
  private var isBehind = false
  /// Events were recorded after those who wait were asked whether it was for them.
  var hasUnseen = false
  /// Output was written that somebody follows.
  var hasOutput = false
  /// A subscriber's connection was full: what is left goes out when it has room.
  var hasMoreEvents = false
  var isStopping = false
  package internal(set) var mustExit = false
  /// Whose requests a new connection's are, until it says otherwise.
  let defaultToken: String?

  package struct Options: Sendable {
    package var passwordCost = PasswordHasher.defaultCost
    /// How long an agent may be silent before its node is lost.
    package var leaseSeconds = Leases.defaultSeconds
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
    let leases = Leases(dataDirectory: dataDirectory, seconds: options.leaseSeconds)
    leaseWatch = LeaseWatch(leases)
    leaseWatch.follow(store.fold)
    environment = Environment(
      dataDirectory: dataDirectory, startedAt: Timestamp(milliseconds: SystemClock.wallMilliseconds()),
      processID: ThisProcess.id, hasher: PasswordHasher(cost: options.passwordCost), metrics: metrics,
      leases: leases, logs: LogFolder(dataDirectory: dataDirectory), logLimitBytes: options.logLimitBytes,
      random: { try RandomBytes.make($0) })
    wakeup = try Wakeup()
    watch = try ChangeWatch(store.directory)
    try watch.arm()
    logWatch = try LogWatch(environment.logs)
    workers = PasswordWorkers(wakeup: wakeup)
    defaultToken = options.token
    due = Due(store.fold)
  }

  // MARK: MessageHandler

  package var wakeDescriptors: [Int32] {
    [wakeup.descriptor, watch.descriptor.number, logWatch.descriptor.number]
  }

  package var isIdle: Bool { desk.owed == 0 }

  package func accepts(_ peer: PeerID) -> Bool { desk.peers[peer]?.standing.queue.count ?? 0 < 256 }

  package func stopping() { isStopping = true }

  package func connected(_ peer: PeerID) {
    metrics.count(.connections)
    desk.connect(peer)
  }

  package func wakened() { isWakened = true }

  package var nextTurn: UInt64? {
    guard !mustTurnAgain, !isBehind, !hasUnseen else { return 0 }
    let waiter = [desk.waiters.earliest, leaseWatch.wake.map { max($0, retryAt) }].compactMap(\.self).min()
    guard let wake = earlier(due.wake, planBy) else { return waiter }
    // What is due is due since ever: the loop compares with a moment before this one.
    let left = wake.milliseconds - SystemClock.wallMilliseconds()
    let due = left > 0 ? UInt64(SystemClock.monotonicNanoseconds()) + UInt64(left) * 1_000_000 : 0
    return min(max(due, retryAt), waiter ?? .max)
  }

  package func turn(_ arrivals: [Arrival], into outbox: inout Outbox) {
    let began = UInt64(SystemClock.monotonicNanoseconds())
    metrics.count(.turns)
    let mustLook = (isWakened && drain()) || isBehind || hasUnseen
    isBehind = false
    var jobs = takeHashed() + takePostponed(&outbox)
    receive(arrivals, into: &jobs)
    jobs += dueWaiters(now: began)
    let isOutputAlone = hasOutput && jobs.isEmpty && !mustLook && seenSeq != 0
    hasOutput = false
    if !isOutputAlone || isStopping || isDue(began) { runTurn(jobs, began, mustLook: mustLook) }
    finishTurn(began, into: &outbox)
    pumpSubscriptions(into: &outbox)
    pumpFollowers(began, into: &outbox)
    closeFinished(into: &outbox)
    mustTurnAgain =
      desk.postponed.contains { outbox.room(for: $0.id) > 0 }
      || desk.followers.contains { $0.isDue && outbox.room(for: $0.ticket.peer.id) > 0 }
  }
}

extension Server {
  /// Whether another process may have written something to the journal.
  private func drain() -> Bool {
    isWakened = false
    wakeup.drain()
    drainLogs()
    do throws(StorageError) { return try watch.drain() } catch {
      store.options.note("\(error)")
      return true
    }
  }

  /// Also when nobody follows any more: the end of a watch is told too.
  private func drainLogs() {
    do throws(Errno) {
      let written = try logWatch.drain()
      for place in desk.followers.indices
      where written?.contains(desk.followers[place].deploymentID) ?? true {
        desk.followers[place].isDue = true
        hasOutput = true
      }
    } catch {
      store.options.note("\(error)")
    }
  }

  package func rest() {
    store.maintain()
    guard store.seq != heardSeq else { return }
    heardSeq = store.seq
    // The watch tells us of our own writes too. Taken here, they cost no turn of their own; a write of somebody
    // else's that is taken with them does.
    do throws(StorageError) {
      try watch.drain()
      isBehind = try !store.isCurrent
    } catch {
      store.options.note("\(error)")
    }
  }
}

/// What of the planning state decides when something is to be done though nobody asks.
struct Due {
  /// When time alone could next change something; nil: never.
  private(set) var wake: Timestamp?
  /// Whether a cluster changed since it was planned.
  private(set) var isUnplanned = false

  init() {}

  init(_ planning: borrowing PlanningState) {
    wake = planning.nextWake
    isUnplanned = planning.isUnplanned
  }
}

/// The first of two times, of which either may never come.
private func earlier(_ a: Timestamp?, _ b: Timestamp?) -> Timestamp? {
  guard let a, let b else { return a ?? b }
  return min(a, b)
}
