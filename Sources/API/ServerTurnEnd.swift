import JSON
import Model
import POSIX
import RPC
import Services
import Storage

/// What follows a turn's work, once it is durable.
extension Server {
  /// Records read at a time for one subscriber; another turn follows when there are more.
  private static let eventsAtOnce = 256

  func finishTurn(_ began: UInt64, into outbox: inout Outbox) {
    for (ticket, bytes) in desk.outcome.replies {
      if let bytes = desk.settle(ticket, bytes) { outbox.send(bytes, to: ticket.peer.id) }
    }
    for (ticket, hashing) in desk.outcome.hashings {
      nextHashing += 1
      self.hashing[nextHashing] = (ticket, hashing)
      workers.submit(nextHashing, hashing.hashing.work)
    }
    let elapsed = UInt64(SystemClock.monotonicNanoseconds()) - began
    for answer in desk.outcome.answered {
      metrics.answered(answer.method, nanoseconds: elapsed, refused: answer.refused)
    }
    metrics.count(.requests, desk.outcome.answered.count)
    desk.outcome.clear()
  }

  /// Sends each subscriber what it has not seen, as far as its connection takes it.
  func pumpSubscriptions(into outbox: inout Outbox) {
    hasMoreEvents = false
    for (id, subscription) in desk.subscriptions {
      guard let user = user(of: subscription.session) else {
        desk.subscriptions[id] = nil
        continue
      }
      do {
        while outbox.room(for: id) > 0 {
          let records = try subscription.events.next(limit: Self.eventsAtOnce)
          for record in records where subscription.filter.matches(record.event, for: user) {
            outbox.send(Reply.notification("event", params: record.object), to: id)
            metrics.count(.notifications)
          }
          if records.count < Self.eventsAtOnce { break }
        }
        if outbox.room(for: id) == 0 { hasMoreEvents = true }
      } catch {
        // What it has not seen is gone or unreadable: it must subscribe again, and will be told why then.
        desk.subscriptions[id] = nil
        outbox.close(id)
      }
    }
  }

  /// Nil when the session is over.
  func user(of session: SessionID) -> User? {
    let state = store.fold.state
    guard let session = state.sessions[session],
      !session.isExpired(at: Timestamp(milliseconds: SystemClock.wallMilliseconds()))
    else { return nil }
    return state.users[session.userID]
  }

  /// Lets go of connections that will send nothing more and are owed nothing.
  func closeFinished(into outbox: inout Outbox) {
    for peer in desk.takeFinished() { outbox.close(peer.id) }
  }
}
