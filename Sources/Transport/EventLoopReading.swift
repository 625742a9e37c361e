import POSIX
import RPC

/// Taking in: what arrives on connections, within each one's bounds.
extension EventLoop {
  func becameReady(_ id: Int, _ ready: Poller.Interest) {
    guard let connection = connections[id] else { return }
    if connection.isSocket, ready.contains(.write) { touched.insert(id) }
    if ready.contains(.read) || ready.contains(.hungUp) {
      if !isStopping, connection.wantsRead(limits) {
        readable.append(id)
      } else if ready.contains(.hungUp) {
        // Would be told again and again. It is read, always ready from now on, when that is wanted.
        connection.input.unregister(from: poller)
        if connection.isSocket { connection.writeBroke() }
        touched.insert(id)
      }
    }
  }

  /// The end of a stdio connection's output is told by the poller though nobody asks to write.
  func outputBecameReady(_ id: Int, _ ready: Poller.Interest) {
    guard let connection = connections[id] else { return }
    if ready.contains(.hungUp) {
      connection.output.unregister(from: poller)
      connection.writeBroke()
    }
    touched.insert(id)
  }

  /// All that arrived, in each connection's order, and no more than one turn takes.
  func gather() -> [Arrival] {
    for id in readable { read(id) }
    var arrivals: [Arrival] = []
    let candidates = waiting + readable
    waiting.removeAll(keepingCapacity: true)
    for id in candidates {
      guard let connection = connections[id] else { continue }
      touched.insert(id)
      guard arrivals.count < limits.messagesPerTurn else {
        // First in line the next time.
        connection.hasBacklog = true
        waiting.append(id)
        continue
      }
      take(from: connection, into: &arrivals)
    }
    return arrivals
  }

  private func read(_ id: Int) {
    guard let connection = connections[id] else { return }
    switch connection.input.read(into: readRoom) {
    case .bytes(let count):
      connection.framer.append(UnsafeRawBufferPointer(rebasing: readRoom[..<count]))
    case .wouldBlock: break
    case .ended: connection.hasEnded = true
    }
  }

  private func take(from connection: Connection, into arrivals: inout [Arrival]) {
    let id = connection.peer.rawValue
    connection.hasBacklog = false
    guard handler.accepts(connection.peer) else {
      // Nobody would read the answers to what is still waiting here.
      if connection.isBroken { return reportEnd(of: connection, into: &arrivals) }
      connection.isPaused = true
      paused.insert(id)
      return
    }
    for _ in 0..<limits.messagesPerConnection {
      guard let event = connection.framer.next() else {
        if connection.hasEnded { reportEnd(of: connection, into: &arrivals) }
        return
      }
      arrivals.append(arrival(event, from: connection.peer))
    }
    connection.hasBacklog = true
    waiting.append(id)
  }

  private func arrival(_ event: Framer.Event, from peer: PeerID) -> Arrival {
    switch event {
    case .message(let bytes): .message(peer, bytes)
    case .oversized: .oversized(peer, limit: limits.message)
    case .malformed(let reason): .malformed(peer, reason)
    }
  }

  private func reportEnd(of connection: Connection, into arrivals: inout [Arrival]) {
    guard !connection.isEndReported else { return }
    if let last = connection.framer.finish() { arrivals.append(arrival(last, from: connection.peer)) }
    arrivals.append(.closed(connection.peer))
    connection.isEndReported = true
    ended.insert(connection.peer.rawValue)
  }

  /// The handler takes messages of this connection again.
  func resume(_ id: Int) {
    paused.remove(id)
    guard let connection = connections[id] else { return }
    connection.isPaused = false
    connection.hasBacklog = true
    waiting.append(id)
  }
}
