import Model
import POSIX
import RPC
import Services
import Storage

/// Events to those who subscribed, once they are on disk.
extension Server {
  /// Records read at a time for one subscriber; another turn follows when there are more.
  private static let eventsAtOnce = 256

  /// Sends each subscriber what it has not seen, as far as its connection takes it.
  func pumpSubscriptions(into outbox: inout Outbox) {
    for (id, subscription) in commitments.subscriptions {
      guard let user = user(of: subscription.session) else {
        commitments.subscriptions[id] = nil
        continue
      }
      do {
        while outbox.space(for: id) > 0 {
          let records = try subscription.events.next(limit: Self.eventsAtOnce)
          for record in records where subscription.filter.matches(record.event, for: user) {
            outbox.send(Reply.notification("event", params: record.object), to: id)
            metrics.count(.notifications)
          }
          if records.count < Self.eventsAtOnce { break }
        }
      } catch {
        // What it has not seen is gone or unreadable: it must subscribe again, and will be told why then.
        commitments.subscriptions[id] = nil
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
}
