import Model
import POSIX

/// A consistent copy of a data directory, made beside the processes that use it.
package enum Backup {
  /// Copies tables, journal and history to the new or empty directory `path`; returns only after all of it is
  /// on disk. The state lock is held for the opening alone: what is open does not change.
  package static func copy<F: Fold>(
    _: F.Type, _ directory: DataDirectory, to path: String, _ options: StoreOptions = StoreOptions()
  ) throws(StorageError) {
    let target = try emptyDirectory(path)
    let lock = try StateLock(directory, waiting: options.lockSeconds)
    let files = try lock.with(.shared) { () throws(StorageError) in
      try directory.lockFile.refusePoison()
      return try OpenFiles(F.self, in: directory)
    }
    var scanner = JournalScanner(
      files.journal, from: files.journal.beginning, durable: files.journal.header.seq)
    let tear = try scanner.scan(to: files.journal.size) { _, _ throws(StorageError) in }
    if let tear {
      let position = scanner.position
      try TornTail(journal: files.journal, position: position, tear: tear, size: files.journal.size)
        .refuseIfDurable()
    }
    try system(target.makeDirectory("history"))
    let history = try system(Directory("history", in: target))
    for segment in files.history.segments {
      try FileCopy.copy(segment.file, 0..<segment.entry.bytes, to: segment.entry.file, in: history)
    }
    try copyArchives(directory, besides: files.journal, to: history)
    try system(history.sync())
    for table in files.tables { try FileCopy.copy(table.file, 0..<table.size, to: table.name, in: target) }
    try FileCopy.copy(files.journal.file, 0..<scanner.position.offset, to: JournalFile.name, in: target)
    try LockFile.make(in: target)
    try LockFile(in: target).noteJournal()
    try system(target.sync())
  }

  private static func copyArchives(
    _ directory: DataDirectory, besides journal: JournalFile, to history: Directory
  ) throws(StorageError) {
    for archive in try JournalArchive.all(in: directory.history) {
      // Removed since it was listed, when a snapshot came between: older events are not kept any more.
      guard let file = try? directory.history.open(archive.name, .read) else { continue }
      let status = try system(file.status())
      // Superseded while we copy: then it holds more than the journal we opened, and is not its past.
      guard status.inode != journal.inode, archive.first <= journal.header.seq else { continue }
      try FileCopy.copy(file, 0..<status.size, to: archive.name, in: history)
    }
  }

  private static func emptyDirectory(_ path: String) throws(StorageError) -> Directory {
    do throws(Errno) { _ = try Directory.make(path) } catch {
      throw .unusable("\(error); name another directory")
    }
    let target = try system(Directory(path))
    try target.requireOwned(try system(target.descriptor.status()), "", mode: 0o700)
    guard try system(target.names()).isEmpty else {
      throw .unusable("\(target.path) is not empty; a backup needs a directory of its own")
    }
    return target
  }
}
