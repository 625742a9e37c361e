import Model
import POSIX

/// The point that reading the journal came to.
enum CatchUp {
  case current
  /// Everything but a tail that no living process is writing.
  case torn(TornTail)
  /// The journal goes on from beyond what we know: the files must be loaded again.
  case lost
}

extension Store {
  /// Brings `fold` up to date with every write that any process had acknowledged before the call.
  ///
  /// Returns only after all it shows is on disk. Costs two small system calls when nothing changed.
  package func refresh() throws(StorageError) {
    precondition(!isWorking, "a transaction's body sees the state as it is already")
    try directory.lockFile.refusePoison()
    if isStale {
      try reload()
    } else if try isBehind(journalStatus()) {
      // Under the shared lock, so that a batch that is half written, or about to be taken back, is not seen.
      switch try stateLock.with(.shared, { () throws(StorageError) in try catchUp() }) {
      case .current: break
      case .torn: try mendIfPossible()
      case .lost: try reload()
      }
    }
    try makeDurable()
  }

  /// Whether `fold` has everything that is in the journal now; a look at its name, and nothing read.
  package var isCurrent: Bool {
    get throws(StorageError) {
      let status = try journalStatus()
      return !isStale && !isBehind(status)
    }
  }

  /// Reads what is new. The caller holds the state lock, at least shared.
  func catchUp() throws(StorageError) -> CatchUp {
    try directory.lockFile.refusePoison()
    let status = try journalStatus()
    guard isBehind(status) else { return .current }
    if status.inode != journal.inode, try !follow() {
      isStale = true
      return .lost
    }
    return try readOn(to: try system(journal.file.status()).size).map { .torn($0) } ?? .current
  }

  /// Reads what is new and cuts off what a dead writer left; false when the files must be loaded again. The
  /// caller holds the state lock exclusively.
  func catchUpForWriting() throws(StorageError) -> Bool {
    switch try catchUp() {
    case .current: return true
    case .lost: return false
    case .torn(let tail):
      options.note(try tail.cut(in: directory))
      return true
    }
  }

  /// Cuts off what a dead writer left. Reading goes on beside a tail that cannot be cut now (a full disk, a
  /// busy lock): the next writer must.
  func mendIfPossible() throws(StorageError) {
    do throws(StorageError) {
      _ = try stateLock.with(.exclusive) { () throws(StorageError) in try catchUpForWriting() }
    } catch {
      guard case .unavailable = error else { throw error }
      options.note("\(error)")
    }
  }

  private func journalStatus() throws(StorageError) -> FileStatus {
    do throws(Errno) { return try directory.root.status(of: JournalFile.name) } catch {
      guard error.code != Errno.notThere else {
        throw .damaged(Damage(JournalFile.name, "the journal is missing"))
      }
      throw StorageError(error)
    }
  }

  /// Whether the journal is another, or longer than what has been read. Only whole batches are ever read,
  /// and those are never taken back, so one length of one file is one content.
  private func isBehind(_ status: FileStatus) -> Bool {
    status.inode != journal.inode || status.size != position.offset
  }

  private func readOn(to end: Int) throws(StorageError) -> TornTail? {
    guard end >= position.offset else {
      throw .damaged(
        Damage(
          journal.name, line: position.line, offset: end,
          "it became shorter; seq \(position.seq) had been read from it"))
    }
    var scanner = JournalScanner(journal, from: position, durable: durableSeq)
    let tear: Tear?
    do throws(StorageError) {
      tear = try scanner.scan(to: end) { batch, line throws(StorageError) in
        try fold.apply(batch, of: journal, from: line)
      }
    } catch {
      // The fold may be ahead of the position.
      isStale = true
      throw error
    }
    position = scanner.position
    durableSeq = max(durableSeq, scanner.durable)
    guard let tear else { return nil }
    let torn = TornTail(journal: journal, position: position, tear: tear, size: end)
    try torn.refuseIfDurable()
    return torn
  }

  /// Goes over to the journal that was put in place of ours, which is drained first; false when it does not
  /// hold where we stand.
  private func follow() throws(StorageError) -> Bool {
    _ = try readOn(to: try system(journal.file.status()).size)
    let files = try OpenFiles(F.self, in: directory)
    let next = files.journal
    var scanner = JournalScanner(next, from: next.beginning, durable: next.header.seq)
    // Beyond us when we slept through several switches.
    guard next.header.seq <= position.seq else { return false }
    guard try scanner.skip(to: position) else {
      // A recovery could not save all: that is damage if we ever showed what it lacks.
      guard durableSeq < position.seq else {
        throw .damaged(Damage(next.name, "it lacks seq \(position.seq), which was on disk"))
      }
      return false
    }
    fold.dropFinalRows(through: files.historyThrough)
    (history, tableBytes, journal) = (files.history, files.tableBytes, next)
    // What is carried over to a new journal is on disk before it gets its name.
    durableSeq = max(durableSeq, position.seq)
    position = scanner.position
    retryBytes = 0
    return true
  }
}
