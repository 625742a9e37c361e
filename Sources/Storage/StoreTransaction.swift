import Model
import POSIX

/// The state that a transaction's body works on, with everything recorded so far in it.
package struct Transaction<F: Fold>: ~Copyable {
  let store: Store<F>
  /// The time of everything recorded here; never below the last event's.
  package let now: Timestamp
  private let timeText: String
  /// What the fold answered when it refused an event: the transaction cannot be committed after that.
  fileprivate private(set) var refusal: (any Error)?
  /// Whether it may not record: a read, without the lock.
  package let isReadOnly: Bool

  init(_ store: Store<F>, now: Timestamp, isReadOnly: Bool = false) {
    self.store = store
    self.now = now
    self.isReadOnly = isReadOnly
    timeText = now.text
  }

  /// Read in place: a copy would make the next event copy what it changes.
  package var fold: F { _read { yield store.fold } }

  package var history: History { store.history }

  /// The last event's seq, those recorded here included.
  package var recordedSeq: Int { store.position.seq + store.buffer.count }

  /// The last event that may be shown: those after it may not be on disk yet.
  package var shownSeq: Int { store.shownSeq }

  /// The highest seq that is on disk, here and in all that this transaction rests on.
  package var durableSeq: Int { store.durableSeq }

  /// Folds the event in at once, and has it written when the body is over; answers its seq.
  @discardableResult
  package mutating func record(_ event: F.Event) throws -> Int {
    guard !isReadOnly else { throw StorageError.unusable("a read may not record \(event.type)") }
    // What this process writes, every other must be able to read.
    assert((try? F.Event(type: event.type, data: event.data)) != nil, "\(event.type) does not read back")
    let record = Record(seq: recordedSeq + 1, time: now, event: event)
    store.isStale = true
    do { try store.fold.apply(record) } catch {
      refusal = error
      throw error
    }
    store.buffer.append(record, timeText: timeText)
    return record.seq
  }

  /// Changes what the fold keeps for itself and no event says; nothing of it is written.
  package mutating func derive<T>(_ body: (inout F) throws -> T) rethrows -> T { try body(&store.fold) }

  /// The events behind `seq`, those recorded here not among them; nil: from the oldest that is kept.
  package func events(after seq: Int?) throws(StorageError) -> EventCursor<F> {
    guard let seq else { return try store.events(after: try store.oldestEvent() - 1) }
    return try store.events(after: seq)
  }
}

extension Store {
  /// Runs `body` on the state with every write acknowledged before the call, without the lock. It may not
  /// record.
  package func read<T>(at wall: Timestamp, _ body: (inout Transaction<F>) throws -> T) throws -> T {
    try refresh()
    buffer.begin(after: position, durable: durableSeq)
    var transaction = Transaction(self, now: max(wall, position.time), isReadOnly: true)
    return try body(&transaction)
  }

  /// Runs `body` on the state as it is now, under the state lock, and appends what it records as one batch.
  ///
  /// Returns only after the batch, and everything the body saw, is on disk. When the body throws, or the
  /// append fails, nothing is changed and the state is loaded anew. One write and one sync; none of either
  /// when nothing is recorded.
  @discardableResult
  package func transaction<T>(at wall: Timestamp, _ body: (inout Transaction<F>) throws -> T) throws -> T {
    precondition(!isWorking, "a transaction's body must not begin another")
    var outcome: Result<T, any Error>?
    var tries = 0
    while outcome == nil {
      if isStale { try reload() }
      try stateLock.with(.exclusive) { () throws(StorageError) in
        guard try catchUpForWriting() else { return }
        if wasFull { try requireSpace() }
        outcome = attempt(at: wall, body)
      }
      tries += 1
      guard outcome != nil || tries < 5 else {
        throw StorageError.unavailable("the journal is switched faster than it can be followed")
      }
    }
    if isStale { reloadIfPossible() }
    // Also after a failure: its message may rest on what another process wrote.
    try makeDurable()
    return try outcome!.get()
  }

  private func attempt<T>(at wall: Timestamp, _ body: (inout Transaction<F>) throws -> T) -> Result<
    T, any Error
  > {
    isWorking = true
    defer { isWorking = false }
    buffer.begin(after: position, durable: durableSeq)
    var transaction = Transaction(self, now: max(wall, position.time))
    do {
      let value = try body(&transaction)
      if let refusal = transaction.refusal { throw refusal }
      try commit(at: transaction.now)
      return .success(value)
    } catch {
      return .failure(error)
    }
  }

  private func commit(at time: Timestamp) throws(StorageError) {
    guard !buffer.isEmpty else { return }
    let chain = buffer.finish()
    do throws(ShortWrite) { try journal.file.write(buffer.bytes, at: position.offset) } catch {
      wasFull = true
      if error.written > 0 { try takeBack() }
      throw StorageError(error)
    }
    wasFull = false
    position = JournalPosition(
      offset: position.offset + buffer.bytes.count, line: position.line + buffer.count,
      seq: position.seq + buffer.count, chain: chain, time: time)
    isStale = false
  }

  /// Cuts off what a short write left. When even that fails, nobody may build on what is there.
  private func takeBack() throws(StorageError) {
    do throws(Errno) {
      try journal.file.truncate(to: position.offset)
      try journal.file.syncData()
    } catch {
      directory.lockFile.poison()
      throw .poisoned(directory: directory.path)
    }
  }

  /// After a failed append: whether some pages fit again, before work is done that must then be undone.
  private func requireSpace() throws(StorageError) {
    let pages = [UInt8](repeating: 0, count: 1 << 16)
    do throws(ShortWrite) { try journal.file.write(pages, at: position.offset) } catch {
      if error.written > 0 { try takeBack() }
      throw StorageError(error)
    }
    try takeBack()
  }

  /// The state is thrown away in any case; what cannot be read now is read before the next use.
  private func reloadIfPossible() {
    do throws(StorageError) { try reload() } catch { options.note("\(error)") }
  }
}
