import POSIX
import RPC

/// The one thread that serves all connections: takes what is ready on all of them, has the handler answer
/// it in one turn, and writes the answers.
///
/// No peer can hold it up: nothing is read or written that could block, each connection gives at most a
/// bounded amount a turn, and one that does not take its answers is not read and in the end closed.
package final class EventLoop {
  package enum Ending: Equatable, Sendable {
    /// Nobody is connected and nobody can connect any more: the end of standard input.
    case inputEnded
    case signal(Int32)
    /// The handler said that the process must end.
    case handlerFailed
  }

  let handler: any MessageHandler
  let limits: TransportLimits
  let poller: Poller
  private let signals: Signals?

  // Unchecked, as the lists below: each is read or changed by one call that does not call out.
  @exclusivity(unchecked) var connections = ConnectionTable()
  var listeners: [Listener] = []

  /// Connections with something to hand over, or an end to report.
  @exclusivity(unchecked) var waiting: [Connection] = []
  /// What can be read in this turn, and what can in the next whatever the poll says: files.
  @exclusivity(unchecked) var readable: [Connection] = []
  @exclusivity(unchecked) var readableNext: [Connection] = []
  /// Connections whose state may ask for something else of the poller, or for their end.
  @exclusivity(unchecked) private(set) var touched: [Connection] = []
  /// Peers whose connections are gone and whose end the handler has not heard of.
  var unreported: [PeerID] = []
  var paused: Set<PeerID> = []
  /// Connections with something to write that could not be.
  var blocked: Set<PeerID> = []
  /// Connections whose end was reported, kept for the answers they are owed.
  var ended: Set<PeerID> = []
  let readBuffer: UnsafeMutableRawBufferPointer

  private(set) var now: UInt64
  /// When the handler wants a turn though nothing arrives.
  private var nextTurn: UInt64?
  var mustTurn = false
  private var stopSignal: Int32?
  private var stopDeadline: UInt64?
  var acceptsAgainAt: UInt64?

  /// `signals` end the loop: SIGTERM and SIGINT, as a rule.
  package init(
    handler: any MessageHandler, signals: Signals? = nil, limits: TransportLimits = TransportLimits()
  )
    throws(Errno)
  {
    self.handler = handler
    self.signals = signals
    self.limits = limits
    poller = try Poller()
    now = Self.clock()
    for descriptor in handler.wakeDescriptors {
      _ = try poller.add(descriptor, token: PollToken.handler.encoded, .read)
    }
    if let signals { _ = try poller.add(signals.descriptor, token: PollToken.signals.encoded, .read) }
    readBuffer = .allocate(byteCount: limits.readPerTurn, alignment: 16)
  }

  deinit { readBuffer.deallocate() }

  /// Adds a peer with these descriptors; the same one twice for a socket.
  @discardableResult
  package func connect(input: FileDescriptor, output: FileDescriptor) throws(Errno) -> PeerID {
    let connection = connections.insert {
      Connection($0, input: input, output: output, messageLimit: limits.message)
    }
    do throws(Errno) {
      try connection.input.register(in: poller, .read)
      if !connection.isSocket { try connection.output.register(in: poller, .none) }
    } catch {
      connection.input.unregister(from: poller)
      connections.remove(connection)
      throw error
    }
    touch(connection)
    handler.connected(connection.peer)
    return connection.peer
  }

  /// Serves until there is nobody left to serve, a signal came, or the handler failed.
  package func run() throws(Errno) -> Ending {
    settle()
    while true {
      try poll()
      let arrivals = gather()
      let hasTurn = mustTurn || !arrivals.isEmpty || nextTurn.map { $0 <= now } ?? false
      if hasTurn { turn(arrivals) }
      flushAll()
      settle()
      if hasTurn { handler.rest() }
      if let ending { return ending }
    }
  }

  private func poll() throws(Errno) {
    nextTurn = handler.nextTurn
    let limit = timeout
    swap(&readable, &readableNext)
    readableNext.removeAll(keepingCapacity: true)
    try poller.wait(milliseconds: limit) { token, ready in
      switch PollToken(encoded: token) {
      case .input(let peer): if let connection = connections[peer] { inputBecameReady(connection, ready) }
      case .output(let peer): if let connection = connections[peer] { outputBecameReady(connection, ready) }
      case .listener(let place): accept(place)
      case .handler:
        handler.wakened()
        mustTurn = true
      case .signals: while let signal = signals?.next() { stop(signal) }
      }
    }
    now = Self.clock()
    acceptAgainIfDue()
  }

  /// Milliseconds until something is due though nothing arrives.
  private var timeout: Int? {
    guard waiting.isEmpty, readableNext.isEmpty, unreported.isEmpty, !mustTurn else { return 0 }
    var due = [nextTurn, stopDeadline, acceptsAgainAt].compactMap(\.self).min()
    for case let connection? in blocked.map({ connections[$0] }) where connection.isSocket {
      due = min(due ?? .max, connection.lastProgress + limits.stall)
    }
    guard let due else { return nil }
    let clock = Self.clock()
    return due <= clock ? 0 : Int(min(due - clock, .max / 2) + 999_999) / 1_000_000
  }

  private func turn(_ arrivals: [Arrival]) {
    mustTurn = false
    var outbox = Outbox { [connections, limits] peer in
      connections[peer].flatMap { $0.isBroken ? nil : max(0, limits.slowQueue - $0.queue.count) }
    }
    handler.turn(arrivals, into: &outbox)
    deliver(outbox)
    for peer in paused where handler.accepts(peer) { resume(peer) }
  }

  func touch(_ connection: Connection) {
    guard !connection.isTouched else { return }
    connection.isTouched = true
    touched.append(connection)
  }

  func forgetTouched() {
    for connection in touched { connection.isTouched = false }
    touched.removeAll(keepingCapacity: true)
  }

  static func clock() -> UInt64 { UInt64(SystemClock.monotonicNanoseconds()) }
}

/// The end.
extension EventLoop {
  var isStopping: Bool { stopSignal != nil }

  /// Told to end: nothing more is accepted or read, and what was read is answered.
  private func stop(_ signal: Int32) {
    guard stopSignal == nil else {
      // A second one: at once.
      stopDeadline = 0
      return
    }
    stopSignal = signal
    stopDeadline = Self.clock() + limits.stopping
    for listener in listeners { poller.remove(listener.file.number) }
    listeners = []
    for connection in connections { touch(connection) }
    handler.stopping()
    mustTurn = true
  }

  private var ending: Ending? {
    if handler.mustExit {
      finalFlush()
      return .handlerFailed
    }
    if let stopSignal, let stopDeadline {
      let isDone = handler.isIdle && waiting.isEmpty && blocked.isEmpty && !mustTurn
      return isDone || now >= stopDeadline ? .signal(stopSignal) : nil
    }
    return connections.isEmpty && listeners.isEmpty ? .inputEnded : nil
  }

  /// What can still be written within a second.
  private func finalFlush() {
    let deadline = Self.clock() + 1_000_000_000
    for peer in blocked {
      guard let connection = connections[peer] else { continue }
      while !connection.queue.isEmpty, Self.clock() < deadline {
        _ = connection.output.file.isReady(toWrite: true, milliseconds: 100)
        if connection.output.write(&connection.queue) == .ended { break }
      }
    }
  }
}
