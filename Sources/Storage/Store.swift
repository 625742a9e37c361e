import Model
import POSIX

/// The state of a data directory, shared with other processes: folded from tables and journal, brought up
/// to date from the journal's new lines, changed by appending to it.
///
/// Used by one thread, its owner. Lock order: the state lock of `lock` is the only one the owner waits for;
/// it is held for a read of new lines or for one transaction, and never while syncing or starting a child.
package final class Store<F: Fold> {
  package let directory: DataDirectory
  package let options: StoreOptions
  let stateLock: StateLock

  /// Everything folded so far. True as of the last `refresh` or `transaction` that did not throw.
  ///
  /// Read and changed in place: a copy would make the next event copy what it changes.
  package internal(set) var fold: F {
    _read { yield folded }
    _modify { yield &folded }
  }
  private var folded: F
  /// Final rows that are no longer in `fold`.
  package internal(set) var history: History

  var journal: JournalFile
  var position: JournalPosition
  /// The highest seq known to be on disk: what may be shown.
  package internal(set) var durableSeq: Int
  var tableBytes: Int

  var buffer = RecordBuffer()
  /// Set while `fold` may hold what the journal does not: it is loaded again before it is used.
  var isStale = false
  /// Set once the disk was full: room is tried for before work is done that would be thrown away.
  var wasFull = false

  /// Set while a transaction's body runs, which must not use the store but through its transaction.
  var isWorking = false

  var snapshot: RunningSnapshot?
  /// The journal's length at which a snapshot is tried again after one was given up.
  var retryBytes = 0

  /// The last event that is recorded: folded in and written, and maybe not on disk yet.
  package var recordedSeq: Int { position.seq }

  /// The last event that may be shown.
  package var shownSeq: Int { min(durableSeq, position.seq) }

  /// Loads `directory`, recovering from an unclean end by rule: what a dead writer left half written is cut
  /// off and set aside, a poisoned journal is read again from the disk and rewritten. Refuses damage.
  package static func open(_ directory: DataDirectory, _ options: StoreOptions = StoreOptions())
    throws(StorageError) -> Store
  {
    if try system(directory.lockFile.isPoisoned()) {
      options.note(try PoisonRecovery.recover(F.self, directory, options))
    }
    let lock = try StateLock(directory, waiting: options.lockSeconds)
    let state = try load(directory, lock, options)
    let store = Store(directory, options, lock, state)
    if state.tear != nil { try store.mendIfPossible() }
    try state.requireDurable(besides: store.position)
    try store.makeDurable()
    return store
  }

  private init(
    _ directory: DataDirectory, _ options: StoreOptions, _ lock: StateLock, _ state: LoadedState<F>
  ) {
    self.directory = directory
    self.options = options
    stateLock = lock
    folded = state.fold
    history = state.files.history
    journal = state.files.journal
    position = state.scanner.position
    durableSeq = state.scanner.durable
    tableBytes = state.files.tableBytes
  }

  /// A store to read from alone, with the fold as it is.
  init(copyOf other: Store) {
    directory = other.directory
    options = other.options
    stateLock = other.stateLock
    folded = other.folded
    history = other.history
    journal = other.journal
    position = other.position
    durableSeq = other.durableSeq
    tableBytes = other.tableBytes
  }

  static func load(_ directory: DataDirectory, _ lock: StateLock, _ options: StoreOptions)
    throws(StorageError) -> LoadedState<F>
  {
    let files = try lock.with(.shared) { () throws(StorageError) in
      try directory.lockFile.refusePoison()
      return try OpenFiles(F.self, in: directory)
    }
    return try LoadedState(files)
  }

  /// Throws the working state away and reads the files again.
  func reload() throws(StorageError) {
    isStale = true
    let state = try Self.load(directory, stateLock, options)
    (fold, history, journal) = (state.fold, state.files.history, state.files.journal)
    (position, durableSeq) = (state.scanner.position, max(durableSeq, state.scanner.durable))
    tableBytes = state.files.tableBytes
    if state.tear != nil { try mendIfPossible() }
    try state.requireDurable(besides: position)
    isStale = false
  }
}
