import Model
import POSIX

/// The journal that will take another's place: a header, and the lines that are carried over as they are.
struct JournalSuccessor {
  let file: FileDescriptor
  private var size: Int
  private let root: Directory

  init(_ header: JournalHeader, in root: Directory) throws(StorageError) {
    self.root = root
    file = try system(root.open(JournalFile.temporaryName, .replace))
    let line = header.line
    try write(line, to: file, at: 0)
    size = line.count
  }

  mutating func carry(_ range: Range<Int>, of journal: JournalFile) throws(StorageError) {
    size = try FileCopy.append(journal.file, range, to: file, at: size)
  }

  func sync() throws(StorageError) { try system(file.sync()) }

  /// Takes the journal's name; returns only after that is on disk. The caller holds the state lock
  /// exclusively and has synced the content.
  func install() throws(StorageError) {
    try system(root.rename(JournalFile.temporaryName, to: JournalFile.name))
    try system(root.sync())
  }
}
