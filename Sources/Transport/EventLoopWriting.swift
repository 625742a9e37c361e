import POSIX
import RPC

/// Giving out: answers into queues, queues into descriptors, and the ends of connections.
extension EventLoop {
  func deliver(_ outbox: Outbox) {
    for entry in outbox.entries {
      switch entry {
      case .message(let peer, let bytes):
        guard let connection = connections[peer] else { continue }
        // Asked before, so that one long answer to a reader that keeps up is not its end.
        if connection.queue.count > limits.fullQueue {
          connection.writeBroke()
        } else {
          connection.enqueue(bytes, now: now)
          if connection.queue.count >= limits.slowQueue { connection.isFull = true }
        }
        touch(connection)
      case .close(let peer):
        guard let connection = connections[peer] else { continue }
        connection.closesWhenFlushed = true
        touch(connection)
      }
    }
  }

  /// One write for each connection that has something to write and may be able to.
  func flushAll() {
    for connection in touched where !connection.queue.isEmpty { flush(connection) }
    for peer in blocked {
      // A stdio peer holds up nobody else, and stands still for as long as its user debugs it.
      guard let connection = connections[peer], connection.isSocket else { continue }
      guard now >= connection.lastProgress + limits.stall else { continue }
      connection.writeBroke()
      touch(connection)
    }
  }

  private func flush(_ connection: Connection) {
    switch connection.output.write(&connection.queue) {
    case .bytes: connection.lastProgress = now
    case .wouldBlock: break
    case .ended: connection.writeBroke()
    }
    if connection.isFull, connection.queue.count <= limits.slowQueue / 2 {
      connection.isFull = false
      mustTurn = true
    }
    let isBlocked = !connection.queue.isEmpty
    guard isBlocked != connection.isBlocked else { return }
    connection.isBlocked = isBlocked
    if isBlocked { blocked.insert(connection.peer) } else { blocked.remove(connection.peer) }
  }

  /// Makes the poller ask for what each touched connection now needs, and closes those that are done.
  func settle() {
    for connection in touched where !connection.isClosed {
      if isDone(connection) { close(connection) } else { updateInterest(of: connection) }
    }
    forgetTouched()
    guard !ended.isEmpty, handler.isIdle else { return }
    for peer in ended {
      guard let connection = connections[peer], connection.queue.isEmpty else { continue }
      close(connection)
    }
  }

  private func isDone(_ connection: Connection) -> Bool {
    if connection.isBroken { return connection.isEndReported || connection.closesWhenFlushed }
    return connection.closesWhenFlushed && connection.queue.isEmpty
  }

  private func updateInterest(of connection: Connection) {
    let wantsRead = !isStopping && connection.wantsRead(limits)
    let read: Poller.Interest = wantsRead ? .read : .none
    let write: Poller.Interest = connection.queue.isEmpty ? .none : .write
    if connection.isSocket {
      connection.input.want(read.union(write), in: poller)
    } else {
      connection.input.want(read, in: poller)
      connection.output.want(write, in: poller)
    }
    if wantsRead, !connection.input.isPolled { readableNext.append(connection) }
    guard connection.hasEnded, !connection.isEndReported else { return }
    if !connection.isPaused || connection.isBroken { wait(connection) }
  }

  private func close(_ connection: Connection) {
    connection.isClosed = true
    connection.input.unregister(from: poller)
    connection.output.unregister(from: poller)
    connections.remove(connection)
    blocked.remove(connection.peer)
    paused.remove(connection.peer)
    ended.remove(connection.peer)
    if !connection.isEndReported { unreported.append(connection.peer) }
    // A descriptor is free again.
    if acceptsAgainAt != nil { acceptsAgainAt = 0 }
  }
}
