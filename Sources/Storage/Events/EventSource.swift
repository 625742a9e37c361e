import JSON
import Model
import POSIX

/// A journal, present or past, read from some record on.
struct EventSource {
  private let journal: JournalFile
  private var offset: Int

  /// The file that holds the record `seq`, standing at it or before it.
  static func holding<F: Fold>(_ seq: Int, of store: Store<F>) throws(StorageError) -> EventSource {
    // The store's own journal is the one of which it is known how far it can be searched.
    if store.journal.header.seq < seq {
      return EventSource(
        journal: store.journal, offset: try place(of: seq, in: store.journal, to: store.position))
    }
    let history = store.directory.history
    for _ in 0..<5 {
      let archives = try JournalArchive.all(in: history)
      guard let archive = archives.last(where: { $0.first <= seq }) else {
        throw .eventsGone(oldest: archives.first?.first ?? store.journal.header.seq + 1)
      }
      // Removed between the listing and the opening: there are younger ones then.
      guard try system(history.statusIfPresent(of: archive.name)) != nil else { continue }
      let journal = try JournalFile(in: history, archive.name, as: "history/" + archive.name, writable: false)
      return EventSource(journal: journal, offset: try place(of: seq, in: journal, to: nil))
    }
    throw .unavailable("old journals are removed faster than they can be read")
  }

  /// Where the record `seq` stands. `end` is the store's position in its own journal; a past one is whole.
  private static func place(of seq: Int, in journal: JournalFile, to end: JournalPosition?)
    throws(StorageError)
    -> Int
  {
    if let end, end.seq < seq { return end.offset }
    let bounds = journal.start..<(end?.offset ?? journal.size)
    let lines = SortedLines(journal.file, name: journal.name, bounds: bounds, key: "seq")
    let known = journal.header.seq + 1
    let last = end?.seq ?? known + bounds.count / 128
    return try lines.offset(ofFirstAtLeast: seq, keys: known...max(known, last))
  }

  /// Hands over at most `count` records; fewer at the end of the file. The caller knows that so many are
  /// on disk somewhere: nothing behind them is looked at, for it may be half written.
  mutating func read(_ count: Int, _ body: (JournalRecord, _ name: String) throws(StorageError) -> Void)
    throws(StorageError)
  {
    let size = try system(journal.file.status()).size
    var lines = LineReader(journal.file, from: offset, to: size, chunk: min(1 << 18, 1 << 10 * count))
    var left = count
    while left > 0, let line = try system(lines.advance()) {
      guard line.isComplete, let record = lines.withLine({ JournalRecord($0) }) else {
        throw .damaged(Damage(journal.name, offset: line.offset, "the line is not a record"))
      }
      try body(record, journal.name)
      offset = line.next
      left -= 1
    }
  }
}
