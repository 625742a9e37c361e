import POSIX
import RPC

/// Giving out: answers into queues, queues into descriptors, and the ends of connections.
extension EventLoop {
  func deliver(_ outbox: Outbox) {
    for entry in outbox.entries {
      switch entry {
      case .message(let peer, let bytes):
        guard let connection = connections[peer.rawValue] else { continue }
        // Asked before, so that one long answer to a reader that keeps up is not its end.
        if connection.queue.count > limits.fullQueue {
          connection.writeBroke()
        } else {
          connection.enqueue(bytes, now: now)
        }
        touched.insert(peer.rawValue)
      case .close(let peer):
        connections[peer.rawValue]?.closesWhenFlushed = true
        touched.insert(peer.rawValue)
      }
    }
  }

  /// One write for each connection that has something to write and may be able to.
  func flushAll() {
    for id in touched {
      guard let connection = connections[id], !connection.queue.isEmpty else { continue }
      flush(connection)
    }
    for id in blocked {
      // A stdio peer holds up nobody else, and stands still for as long as its user debugs it.
      guard let connection = connections[id], connection.isSocket else { continue }
      guard now >= connection.lastProgress + limits.stall else { continue }
      connection.writeBroke()
      touched.insert(id)
    }
  }

  private func flush(_ connection: Connection) {
    switch connection.output.write(&connection.queue) {
    case .bytes: connection.lastProgress = now
    case .wouldBlock: break
    case .ended: connection.writeBroke()
    }
    if connection.queue.isEmpty {
      blocked.remove(connection.peer.rawValue)
    } else {
      blocked.insert(connection.peer.rawValue)
    }
  }

  /// Makes the poller ask for what each touched connection now needs, and closes those that are done.
  func settle() {
    for id in touched {
      guard let connection = connections[id] else { continue }
      if isDone(connection) { close(connection) } else { updateInterest(of: connection) }
    }
    touched.removeAll(keepingCapacity: true)
    guard !ended.isEmpty, handler.isIdle else { return }
    for id in ended {
      guard let connection = connections[id], connection.queue.isEmpty else { continue }
      close(connection)
    }
  }

  private func isDone(_ connection: Connection) -> Bool {
    if connection.isBroken { return connection.isEndReported || connection.closesWhenFlushed }
    return connection.closesWhenFlushed && connection.queue.isEmpty
  }

  private func updateInterest(of connection: Connection) {
    let id = connection.peer.rawValue
    let wantsRead = !isStopping && connection.wantsRead(limits)
    let read: Poller.Interest = wantsRead ? .read : []
    let write: Poller.Interest = connection.queue.isEmpty ? [] : .write
    connection.input.want(connection.isSocket ? read.union(write) : read, in: poller)
    if !connection.isSocket { connection.output.want(write, in: poller) }
    if wantsRead, !connection.input.isPolled { readableNext.append(id) }
    let mustReportEnd = connection.hasEnded && !connection.isEndReported
    if mustReportEnd, !connection.hasBacklog, !connection.isPaused || connection.isBroken {
      connection.hasBacklog = true
      waiting.append(id)
    }
  }

  private func close(_ connection: Connection) {
    let id = connection.peer.rawValue
    connection.input.unregister(from: poller)
    connection.output.unregister(from: poller)
    connections[id] = nil
    blocked.remove(id)
    paused.remove(id)
    ended.remove(id)
    // A descriptor is free again.
    acceptsAgainAt = acceptsAgainAt.map { _ in 0 }
  }
}
