import JSON
import Model
import Services
import Storage

/// The first events after a seq, and the seq through which all have been looked at: whatever comes after it is still to
/// be seen, what is recorded and not durable yet among it.
struct EventScan: Scan {
  private let filter: EventFilter
  private let user: User
  private let limit: Int
  /// Nil: from the oldest that is kept.
  private var position: Int?
  private var found: [JSONValue] = []
  private var scanned = 0

  /// Records looked at for one answer: who asks for few of many goes on from where this came.
  private static let scanLimit = 20_000
  private static let recordsAtOnce = 64

  init(_ filter: EventFilter, after: Int?, limit: Int, for user: User) {
    self.filter = filter
    self.user = user
    self.limit = limit
    position = after
  }

  mutating func step(_ work: borrowing Work, isInTime: () -> Bool) throws -> Answer? {
    let cursor = try work.events(after: position)
    repeat {
      let records = try cursor.next(limit: Self.recordsAtOnce)
      for record in records where filter.matches(record.event, for: user) {
        found.append(.object(record.object))
        if found.count == limit { return answer(through: record.seq) }
      }
      scanned += records.count
      position = cursor.seq
      guard records.count == Self.recordsAtOnce, scanned < Self.scanLimit else {
        return answer(through: cursor.seq)
      }
    } while isInTime()
    return nil
  }

  private func answer(through seq: Int) -> Answer {
    Answer(["events": .array(found), "last_seq": .int(seq)])
  }
}
