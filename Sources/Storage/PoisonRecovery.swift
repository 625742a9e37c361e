import Model
import POSIX

/// Recovery after a failed sync: the page cache is distrusted, the journal read again from the disk and
/// rewritten to a new file, and only then is the mark cleared.
enum PoisonRecovery {
  /// Returns only after the directory is sound again, with a sentence on what was done; throws and leaves
  /// the mark when it cannot be.
  static func recover<F: Fold>(_: F.Type, _ directory: DataDirectory, _ options: StoreOptions)
    throws(StorageError) -> String
  {
    let lock = try StateLock(directory, waiting: options.lockSeconds)
    guard let snapshotterLock = try directory.tryLock(.snapshotter) else {
      throw .unavailable("another process is writing a snapshot of the poisoned directory")
    }
    return try withExtendedLifetime(snapshotterLock) { () throws(StorageError) in
      try lock.with(.exclusive) { () throws(StorageError) in
        guard try system(directory.lockFile.isPoisoned()) else { return "another process has recovered it" }
        return try rewrite(F.self, directory)
      }
    }
  }

  private static func rewrite<F: Fold>(_: F.Type, _ directory: DataDirectory) throws(StorageError) -> String {
    try distrustCache(directory)
    let state = try LoadedState<F>(try OpenFiles(F.self, in: directory))
    let journal = state.files.journal
    let end = state.scanner.position
    if let tear = state.tear {
      try TornTail(journal: journal, position: end, tear: tear, size: journal.size).refuseIfDurable()
    }
    try state.requireDurable(besides: end)
    let aside = try directory.aside()
    let name = "journal-\(journal.header.seq + 1)-\(SystemClock.wallMilliseconds()).poisoned"
    try FileCopy.copy(journal.file, 0..<journal.size, to: name, in: aside)
    try system(aside.sync())
    JournalArchive.forget(journal, of: directory)
    var header = journal.header
    header.generation += 1
    var successor = try JournalSuccessor(header, in: directory.root)
    try successor.carry(journal.start..<end.offset, of: journal)
    try successor.sync()
    try successor.install()
    try directory.lockFile.clearPoison()
    return "a sync had failed: the journal was read again from the disk and rewritten through seq \(end.seq)"
      + "; the old one is set aside in \(DataDirectory.asideName)/\(name)"
  }

  private static func distrustCache(_ directory: DataDirectory) throws(StorageError) {
    for name in try system(directory.root.names()) {
      guard name == JournalFile.name || name.hasSuffix(".json") else { continue }
      let file = try directory.root.openOwned(name, .read)
      try system(file.dropCache())
    }
  }
}
