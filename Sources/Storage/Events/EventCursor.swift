import JSON
import Model
import POSIX

/// A cursor over the events behind a seq, in order, none missed and none twice, whichever process made them and
/// however often the journal is switched meanwhile.
///
/// Shows only what its store knows to be on disk: call the store's `refresh` first. Used by the store's
/// owner. Needs no lock: what is known to be on disk does not change, in any file that holds it.
package final class EventCursor<F: Fold> {
  private let store: Store<F>
  /// The seq through which events were handed over: what follows is still to be seen.
  package private(set) var seq: Int
  private var source: EventSource?

  init(_ store: Store<F>, after seq: Int) {
    self.store = store
    self.seq = seq
  }

  /// At most `limit` further events; none when there are none yet. Throws `eventsGone` when the next one is
  /// no longer kept.
  package func next(limit: Int) throws(StorageError) -> [Record<F.Event>] {
    let last = store.shownSeq
    var records: [Record<F.Event>] = []
    var isFresh = false
    while seq < last, records.count < limit {
      if source == nil {
        source = try EventSource.holding(seq + 1, of: store)
        isFresh = true
      }
      defer { isFresh = false }
      let wanted = min(limit - records.count, last - seq)
      let before = seq
      try source!.read(wanted) { record, name throws(StorageError) in
        // A file holds some events that the one before it had too.
        guard record.seq > seq else { return }
        guard record.seq == seq + 1 else { throw .eventsGone(oldest: record.seq) }
        do { records.append(try record.decoded(F.Event.self)) } catch {
          throw .damaged(Damage(name, "seq \(record.seq) cannot be read: \(error)"))
        }
        seq = record.seq
      }
      if seq > before { continue }
      // Drained: the journal was switched, and goes on in a later file. Unless that is what we just tried.
      guard !isFresh else { throw .eventsGone(oldest: try oldest(above: seq)) }
      source = nil
    }
    return records
  }

  /// The first event still kept behind a gap that follows `seq`.
  private func oldest(above seq: Int) throws(StorageError) -> Int {
    let archives = try JournalArchive.all(in: store.directory.history)
    return archives.first { $0.first > seq + 1 }?.first ?? store.journal.header.seq + 1
  }
}

extension Store {
  /// The events behind `seq`; throws `eventsGone` when the first of them is no longer kept.
  package func events(after seq: Int) throws(StorageError) -> EventCursor<F> {
    let oldest = try oldestEvent()
    guard seq + 1 >= oldest else { throw .eventsGone(oldest: oldest) }
    return EventCursor(self, after: seq)
  }

  /// The first event still kept; one past the last when there is none.
  package func oldestEvent() throws(StorageError) -> Int {
    let inJournal = journal.header.seq + 1
    return min(inJournal, try JournalArchive.all(in: directory.history).first?.first ?? inJournal)
  }
}
