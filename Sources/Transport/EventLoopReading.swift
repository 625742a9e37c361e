import POSIX
import RPC

/// Taking in: what arrives on connections, within each one's bounds.
extension EventLoop {
  func inputBecameReady(_ connection: Connection, _ ready: Poller.Interest) {
    if ready != .read { touch(connection) }
    guard ready.contains(.read) || ready.contains(.hungUp) else { return }
    if !isStopping, connection.wantsRead(limits) {
      readable.append(connection)
    } else if ready.contains(.hungUp) {
      // Would be told again and again. It is read, always ready from now on, when that is wanted.
      connection.input.unregister(from: poller)
      if connection.isSocket { connection.writeBroke() }
    }
  }

  /// The end of a stdio connection's output is told by the poller though nobody asks to write.
  func outputBecameReady(_ connection: Connection, _ ready: Poller.Interest) {
    if ready.contains(.hungUp) {
      connection.output.unregister(from: poller)
      connection.writeBroke()
    }
    touch(connection)
  }

  /// All that arrived, in each connection's order, and no more than one turn takes.
  func gather() -> [Arrival] {
    var arrivals = unreported.map(Arrival.closed)
    unreported.removeAll(keepingCapacity: true)
    // Those that waited since the last turn come first.
    let before = waiting
    waiting.removeAll(keepingCapacity: true)
    for connection in before {
      connection.isWaiting = false
      take(from: connection, into: &arrivals)
    }
    for connection in readable {
      read(connection)
      take(from: connection, into: &arrivals)
    }
    readable.removeAll(keepingCapacity: true)
    return arrivals
  }

  private func read(_ connection: Connection) {
    switch connection.input.read(into: readBuffer) {
    case .bytes(let count):
      connection.framer.append(UnsafeRawBufferPointer(rebasing: readBuffer[..<count]))
    case .wouldBlock: break
    case .ended: connection.hasEnded = true
    }
  }

  private func take(from connection: Connection, into arrivals: inout [Arrival]) {
    guard !connection.isClosed else { return }
    touch(connection)
    guard handler.accepts(connection.peer) else {
      // Nobody would read the answers to what is still waiting here.
      if connection.isBroken { return reportEnd(of: connection, into: &arrivals) }
      connection.isPaused = true
      paused.insert(connection.peer)
      return
    }
    let limit = min(arrivals.count + limits.messagesPerConnection, limits.messagesPerTurn)
    while arrivals.count < limit {
      guard let event = connection.framer.next() else {
        if connection.hasEnded { reportEnd(of: connection, into: &arrivals) }
        return
      }
      arrivals.append(arrival(event, from: connection.peer))
      // Closed once that is answered.
      if case .http = event { connection.hasEnded = true }
    }
    wait(connection)
  }

  /// Has something to hand over in the next turn.
  func wait(_ connection: Connection) {
    guard !connection.isWaiting else { return }
    connection.isWaiting = true
    waiting.append(connection)
  }

  private func arrival(_ event: Framer.Event, from peer: PeerID) -> Arrival {
    switch event {
    case .message(let bytes): .message(peer, bytes)
    case .oversized: .oversized(peer, limit: limits.message)
    case .malformed(let reason): .malformed(peer, reason)
    case .http: .malformed(peer, "This is no HTTP server: it takes JSON-RPC messages, one a line.")
    }
  }

  private func reportEnd(of connection: Connection, into arrivals: inout [Arrival]) {
    guard !connection.isEndReported else { return }
    if let last = connection.framer.finish() { arrivals.append(arrival(last, from: connection.peer)) }
    arrivals.append(.closed(connection.peer))
    connection.isEndReported = true
    ended.insert(connection.peer)
  }

  /// The handler takes messages of this connection again.
  func resume(_ peer: PeerID) {
    paused.remove(peer)
    guard let connection = connections[peer] else { return }
    connection.isPaused = false
    wait(connection)
    touch(connection)
  }
}
