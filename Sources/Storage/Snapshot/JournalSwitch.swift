import Model
import POSIX

/// The end of a snapshot: its tables take their names, then a journal that starts behind them takes its own.
struct JournalSwitch<F: Fold> {
  let job: SnapshotJob<F>

  /// Less than this is copied under the lock.
  private static var shortTail: Int { 1 << 16 }

  func run() throws(StorageError) {
    let root = job.directory.root
    let journal = try JournalFile(in: root)
    var successor = try JournalSuccessor(header(after: journal), in: root)
    var scanner = JournalScanner(journal, from: job.position, durable: job.position.seq)
    var copied = Int.max
    // The writers go on meanwhile; each round has less left to copy than the one before.
    for _ in 0..<8 where copied > Self.shortTail { copied = try copyTail(&scanner, to: &successor).bytes }
    try successor.sync()
    job.options.snapshotStep(.journalCopied)
    try archive(journal)
    job.options.snapshotStep(.journalArchived)
    let lock = try StateLock(job.directory, waiting: job.options.lockSeconds)
    try lock.with(.exclusive) { () throws(StorageError) in
      job.options.snapshotStep(.locked)
      try job.directory.lockFile.refusePoison()
      _ = try job.headers()
      let rest = try copyTail(&scanner, to: &successor)
      if let torn = rest.torn { job.options.note(try torn.cut(in: job.directory)) }
      try successor.sync()
      try install(successor)
    }
    job.options.snapshotStep(.unlocked)
  }

  private func header(after journal: JournalFile) -> JournalHeader {
    JournalHeader(
      generation: journal.header.generation + 1, seq: job.position.seq, chain: job.position.chain,
      time: job.position.time, tables: F.tables)
  }

  /// Copies whole batches up to the journal's present end; answers their bytes, and what is behind them.
  private func copyTail(_ scanner: inout JournalScanner, to successor: inout JournalSuccessor)
    throws(StorageError) -> (bytes: Int, torn: TornTail?)
  {
    let journal = scanner.journal
    let start = scanner.position.offset
    let end = try system(journal.file.status()).size
    let tear = try scanner.scan(to: end) { _, _ throws(StorageError) in }
    try successor.carry(start..<scanner.position.offset, of: journal)
    let torn = tear.map { TornTail(journal: journal, position: scanner.position, tear: $0, size: end) }
    return (scanner.position.offset - start, torn)
  }

  /// Keeps the journal under a second name for readers of old events.
  private func archive(_ journal: JournalFile) throws(StorageError) {
    guard job.position.seq > journal.header.seq else { return }
    try JournalArchive.keep(journal, of: job.directory)
  }

  private func install(_ successor: JournalSuccessor) throws(StorageError) {
    let root = job.directory.root
    for table in F.tables {
      try system(root.rename(TableFile.temporaryName(of: table), to: TableFile.name(of: table)))
      job.options.snapshotStep(.tableRenamed)
    }
    do throws(StorageError) {
      // The tables must be on disk by name before a journal is that starts behind them.
      try system(root.sync())
      job.options.snapshotStep(.tablesSynced)
      try successor.install()
    } catch {
      job.directory.lockFile.poison()
      throw .poisoned(directory: root.path)
    }
    job.options.snapshotStep(.journalRenamed)
  }
}
