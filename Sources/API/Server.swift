import JSON
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
  let store: Store<World>
  let contract = Contract()
  let environment: Environment
  let metrics: Metrics
  let wakeup: Wakeup
  let watch: ChangeWatch
  let workers: PasswordWorkers
  var desk = Desk()
  var hashing: [Int: (Ticket, HashTicket)] = [:]
  var nextHashing = 0
  /// Until when another process's changes may go unplanned here: it has planned them itself, and only what
  /// time alone will change is left to find out.
  var planBy: Timestamp?
  /// Monotonic nanoseconds before which what time alone asks for is not tried again: storage refused it.
  var retryAt: UInt64 = 0
  var seenSeq = 0
  /// A subscriber's connection was full: what is left goes out when it has room.
  var hasMoreEvents = false
  var isStopping = false
  package internal(set) var mustExit = false
  /// Whose requests a new connection's are, until it says otherwise.
  let defaultToken: String?

  package struct Options: Sendable {
    package var passwordCost = PasswordHasher.defaultCost
    /// The token new connections start with (stdio's `BERTH_TOKEN`).
    package var token: String?

    package init() {}
  }

  package init(_ store: Store<World>, dataDirectory: String, options: Options = Options()) throws {
    self.store = store
    let now = SystemClock.monotonicNanoseconds()
    metrics = Metrics(now: UInt64(now))
    environment = Environment(
      dataDirectory: dataDirectory, startedAt: Timestamp(milliseconds: SystemClock.wallMilliseconds()),
      processID: ThisProcess.id, hasher: PasswordHasher(cost: options.passwordCost), metrics: metrics,
      random: { try RandomBytes.make($0) })
    wakeup = try Wakeup()
    watch = try ChangeWatch(store.directory)
    try watch.arm()
    workers = PasswordWorkers(wakeup: wakeup)
    defaultToken = options.token
  }

  // MARK: MessageHandler

  package var wakeDescriptors: [Int32] { [wakeup.descriptor, watch.descriptor.number] }

  package var isIdle: Bool { desk.owed == 0 }

  package func accepts(_ peer: PeerID) -> Bool { desk.peers[peer]?.standing.queue.count ?? 0 < 256 }

  package func stopping() { isStopping = true }

  package func connected(_ peer: PeerID) {
    metrics.count(.connections)
    desk.connect(peer)
  }

  package var nextTurn: UInt64? {
    let waiter = desk.waiters.earliest
    guard let wake = [store.fold.nextWake, planBy].compactMap(\.self).min() else { return waiter }
    // What is due is due since ever: the loop compares with a moment before this one.
    let left = wake.milliseconds - SystemClock.wallMilliseconds()
    let due = left > 0 ? UInt64(SystemClock.monotonicNanoseconds()) + UInt64(left) * 1_000_000 : 0
    return min(max(due, retryAt), waiter ?? .max)
  }

  package func turn(_ arrivals: [Arrival], into outbox: inout Outbox) {
    let began = UInt64(SystemClock.monotonicNanoseconds())
    metrics.count(.turns)
    wakeup.drain()
    maintain()
    var jobs = takeHashed()
    receive(arrivals, into: &jobs)
    jobs += dueWaiters(now: began)
    runTurn(jobs, began)
    finishTurn(began, into: &outbox)
    pumpSubscriptions(into: &outbox)
    closeFinished(into: &outbox)
  }
}

extension Server {
  /// What the turn begins with; none of it holds up an answer.
  func maintain() {
    store.maintain()
    do throws(StorageError) { try watch.drain() } catch { store.options.note("\(error)") }
  }
}
