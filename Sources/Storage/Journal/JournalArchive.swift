import POSIX

/// Superseded journals, kept in `history/` for readers of old events: `journal-<first seq>.jsonl`.
struct JournalArchive: Sendable {
  let name: String
  /// The first record it holds.
  let first: Int

  init?(_ name: String) {
    guard name.hasPrefix("journal-"), name.hasSuffix(".jsonl"), let first = Int(name.dropFirst(8).dropLast(6))
    else { return nil }
    self.name = name
    self.first = first
  }

  /// All there are, oldest first.
  static func all(in history: Directory) throws(StorageError) -> [JournalArchive] {
    try system(history.names()).compactMap { JournalArchive($0) }.sorted { $0.first < $1.first }
  }

  /// Gives the journal its second name. The state does not rest on it: where the file system has no links,
  /// old events are just not kept.
  static func keep(_ journal: JournalFile, of directory: DataDirectory) throws(StorageError) {
    forget(journal, of: directory)
    let name = name(of: journal)
    do throws(Errno) { try directory.root.link(JournalFile.name, into: directory.history, as: name) } catch {
      return
    }
    try system(directory.history.sync())
  }

  /// Removes the second name that a snapshot gave the journal before it died.
  static func forget(_ journal: JournalFile, of directory: DataDirectory) {
    try? directory.history.remove(name(of: journal))
  }

  private static func name(of journal: JournalFile) -> String { "journal-\(journal.header.seq + 1).jsonl" }

  /// Removes the oldest until all together are within `bytes`; the newest stays in any case.
  static func trim(_ history: Directory, to bytes: Int) throws(StorageError) {
    var total = 0
    for (place, archive) in try all(in: history).reversed().enumerated() {
      total += try system(history.statusIfPresent(of: archive.name))?.size ?? 0
      if place > 0, total > bytes { try system(history.remove(archive.name)) }
    }
  }
}
