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

  var connections: [Int: Connection] = [:]
  var listeners: [Listener] = []
  private var lastPeer = 0

  /// Connections with a backlog to hand over, or an end to report.
  var waiting: [Int] = []
  /// What can be read in this turn, and what can in the next whatever the poll says: files.
  var readable: [Int] = []
  var readableNext: [Int] = []
  /// Connections whose state may ask for something else of the poller, or for their end.
  var touched: Set<Int> = []
  var paused: Set<Int> = []
  /// Connections with something to write that could not be.
  var blocked: Set<Int> = []
  /// Connections whose end was reported, kept for the answers they are owed.
  var ended: Set<Int> = []
  let readRoom: UnsafeMutableRawBufferPointer

  private(set) var now: UInt64 = 0
  private var mustTurn = false
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
    readRoom = .allocate(byteCount: limits.readPerTurn, alignment: 16)
    for descriptor in handler.wakeDescriptors {
      _ = try poller.add(descriptor, token: PollToken.handler.encoded, .read)
    }
    if let signals { _ = try poller.add(signals.descriptor, token: PollToken.signals.encoded, .read) }
    now = Self.clock()
  }

  deinit { readRoom.deallocate() }

  /// Adds a peer with these descriptors; the same one twice for a socket.
  @discardableResult
  package func connect(input: FileDescriptor, output: FileDescriptor) throws(Errno) -> PeerID {
    lastPeer += 1
    let peer = PeerID(rawValue: lastPeer)
    let inputPort = Port(input, token: PollToken.input(lastPeer).encoded)
    let outputPort = output === input ? inputPort : Port(output, token: PollToken.output(lastPeer).encoded)
    let connection = Connection(peer, input: inputPort, output: outputPort, messageLimit: limits.message)
    try inputPort.register(in: poller, .read)
    if outputPort !== inputPort { try outputPort.register(in: poller, []) }
    connections[lastPeer] = connection
    touched.insert(lastPeer)
    // A file: no poll will tell of it.
    if !inputPort.isPolled { readableNext.append(lastPeer) }
    handler.connected(peer)
    return peer
  }

  /// Serves until there is nobody left to serve, a signal came, or the handler failed.
  package func run() throws(Errno) -> Ending {
    while true {
      try poll()
      let arrivals = gather()
      if mustTurn || !arrivals.isEmpty || handler.nextTurn.map({ $0 <= now }) ?? false { turn(arrivals) }
      flushAll()
      settle()
      if let ending { return ending }
    }
  }

  private func turn(_ arrivals: [Arrival]) {
    mustTurn = false
    var outbox = Outbox { [connections, limits] peer in
      connections[peer.rawValue].map { max(0, limits.slowQueue - $0.queue.count) } ?? 0
    }
    handler.turn(arrivals, into: &outbox)
    deliver(outbox)
    for id in paused where connections[id].map({ handler.accepts($0.peer) }) ?? true { resume(id) }
  }

  private func poll() throws(Errno) {
    let limit = timeout
    swap(&readable, &readableNext)
    readableNext.removeAll(keepingCapacity: true)
    try poller.wait(milliseconds: limit) { token, ready in
      switch PollToken(encoded: token) {
      case .input(let id): becameReady(id, ready)
      case .output(let id): outputBecameReady(id, ready)
      case .listener(let place): accept(place)
      case .handler: mustTurn = true
      case .signals: while let signal = signals?.next() { stop(signal) }
      }
    }
    now = Self.clock()
    acceptAgainIfDue()
  }

  /// Milliseconds until something is due though nothing arrives.
  private var timeout: Int? {
    guard waiting.isEmpty, readableNext.isEmpty, !mustTurn else { return 0 }
    let sockets = blocked.compactMap { connections[$0] }.filter(\.isSocket)
    let stall = sockets.map(\.lastProgress).min().map { $0 + limits.stall }
    let due = [handler.nextTurn, stall, stopDeadline, acceptsAgainAt].compactMap(\.self).min()
    guard let due else { return nil }
    let clock = Self.clock()
    return due <= clock ? 0 : Int((due - clock + 999_999) / 1_000_000)
  }

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
    for connection in connections.values {
      connection.input.want(connection.input.interest.subtracting(.read), in: poller)
    }
    handler.stopping()
    mustTurn = true
  }

  var isStopping: Bool { stopSignal != nil }

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
    for id in blocked {
      guard let connection = connections[id] else { continue }
      while !connection.queue.isEmpty, Self.clock() < deadline {
        _ = connection.output.file.isReady(toWrite: true, milliseconds: 100)
        if connection.output.write(&connection.queue) == .ended { break }
      }
    }
  }

  static func clock() -> UInt64 { UInt64(SystemClock.monotonicNanoseconds()) }
}

/// What a poll's answer is about.
enum PollToken {
  case input(Int)
  case output(Int)
  case listener(Int)
  case handler
  case signals

  var encoded: UInt64 {
    switch self {
    case .input(let id): UInt64(id) << 3
    case .output(let id): UInt64(id) << 3 | 1
    case .listener(let place): UInt64(place) << 3 | 2
    case .handler: 3
    case .signals: 4
    }
  }

  init(encoded: UInt64) {
    let value = Int(encoded >> 3)
    switch encoded & 7 {
    case 0: self = .input(value)
    case 1: self = .output(value)
    case 2: self = .listener(value)
    case 3: self = .handler
    default: self = .signals
    }
  }
}
