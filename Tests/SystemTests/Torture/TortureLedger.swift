import JSON
import Synchronization
import TestSupport

/// The record of what a worker was told has been done, and of what it counted on the way.
struct TortureLedger: Sendable {
  struct Entry: Sendable {
    let id: Int
    let name: String
    var priority: Int
    /// Set once its end was acknowledged.
    var end: (status: String, message: String?)?

    /// What of it a row does not show as it was acknowledged; nil when all is well.
    func difference(from row: JSONValue) -> String? {
      guard row.at("id") == .int(id), row.at("name") == .string(name), row.at("priority") == .int(priority)
      else { return "\(name) (\(id), priority \(priority)) is \(row.text)" }
      guard let end else { return nil }
      guard row.at("status") == .string(end.status), row.at("message") == .optional(end.message) else {
        return "\(name) was acknowledged \(end), and is \(row.text)"
      }
      return nil
    }
  }

  var entries: [Entry] = []
  var writes = 0
  var reads = 0
  var kills = 0
  var lostReplies = 0
  var unavailable = 0

  static func + (a: TortureLedger, b: TortureLedger) -> TortureLedger {
    var sum = a
    sum.entries += b.entries
    sum.writes += b.writes
    sum.reads += b.reads
    sum.kills += b.kills
    sum.lostReplies += b.lostReplies
    sum.unavailable += b.unavailable
    return sum
  }
}

/// A board on which workers leave what was acknowledged last, for others to look for in other processes.
final class NoticeBoard: Sendable {
  private let last = Mutex<TortureLedger.Entry?>(nil)

  var latest: TortureLedger.Entry? { last.withLock { $0 } }

  func post(_ entry: TortureLedger.Entry) { last.withLock { $0 = entry } }
}
