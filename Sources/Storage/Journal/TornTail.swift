import JSON
import POSIX

/// The bytes behind the last whole batch of a journal, where a process or the machine died writing.
///
/// It is cut off and set aside, unless a later record claims that what would be cut was already on disk
/// (and so perhaps acknowledged): then it is damage, and nothing is touched.
struct TornTail {
  let journal: JournalFile
  /// Behind the last whole batch: where the cut is.
  let position: JournalPosition
  let tear: Tear
  let size: Int

  /// Throws when a readable record behind the tear claims durability past the cut.
  func refuseIfDurable() throws(StorageError) {
    var lines = LineReader(journal.file, from: tear.offset, to: size)
    var number = tear.line
    while let line = try system(lines.advance()) {
      defer { number += 1 }
      guard line.isComplete, line.offset > tear.offset else { continue }
      let durable = lines.withLine { JournalRecord($0)?.durable }
      guard let durable, durable > position.seq else { continue }
      throw .damaged(
        Damage(
          journal.name, line: tear.line, offset: tear.offset,
          "\(tear.why), and line \(number) says that seq \(durable) was on disk"))
    }
  }

  /// Sets the tail aside and cuts it off; returns only after both are on disk. Answers what it did, in one
  /// sentence. The caller holds the state lock exclusively.
  func cut(in directory: DataDirectory) throws(StorageError) -> String {
    try refuseIfDurable()
    let aside = try directory.aside()
    let name = "journal-\(position.seq + 1)-\(SystemClock.wallMilliseconds()).torn"
    try FileCopy.copy(journal.file, position.offset..<size, to: name, in: aside)
    try system(aside.sync())
    try system(journal.file.truncate(to: position.offset))
    try system(journal.file.sync())
    return "cut \(size - position.offset) bytes off \(journal.name) at line \(tear.line) (\(tear.why)); "
      + "they are set aside in \(DataDirectory.asideName)/\(name)"
  }
}
