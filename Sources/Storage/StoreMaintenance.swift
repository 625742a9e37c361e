import JSON
import Model
import POSIX

/// A snapshot on its thread.
struct RunningSnapshot {
  let task: BackgroundTask<StorageError?>
}

extension Store {
  /// Starts a snapshot in the background when one is due, and takes note of one that has ended.
  ///
  /// To be called between transactions, after the replies are out; costs nothing when nothing is due. A
  /// snapshot that fails changes nothing, and is tried again when the journal has grown.
  package func maintain() {
    if let running = snapshot, let failure = running.task.result { finish(running, failure) }
    let bytes = position.offset - journal.start
    guard snapshot == nil, bytes > max(options.snapshotFloorBytes, tableBytes), bytes > retryBytes else {
      return
    }
    retryBytes = bytes + options.snapshotFloorBytes / 8
    do throws(StorageError) { _ = try startSnapshot(keeping: nil) } catch {
      options.note("a snapshot could not be begun: \(error)")
    }
  }

  /// Writes a snapshot now and waits for its end; false when another process is writing one.
  package func snapshotNow() throws(StorageError) -> Bool { try snapshotNow(keeping: nil) }

  /// Waits for a running snapshot.
  package func close() {
    if let running = snapshot { finish(running, running.task.wait()) }
  }

  func snapshotNow(keeping: (@Sendable (JSONObject) -> Bool)?) throws(StorageError) -> Bool {
    close()
    try refresh()
    guard try startSnapshot(keeping: keeping), let running = snapshot else { return false }
    let failure = running.task.wait()
    snapshot = nil
    if let failure { throw failure }
    try refresh()
    return true
  }

  /// False when another process is at it, or has been since we last looked.
  private func startSnapshot(keeping: (@Sendable (JSONObject) -> Bool)?) throws(StorageError) -> Bool {
    guard !isStale, durableSeq == position.seq, let lock = try directory.tryLock(.snapshotter) else {
      return false
    }
    // Nobody else can switch the journal from here on: what we hold must still be it.
    guard try system(directory.root.status(of: JournalFile.name)).inode == journal.inode else { return false }
    let job = SnapshotJob(
      directory: directory, options: options, lock: lock, fold: fold, position: position, keeping: keeping)
    snapshot = RunningSnapshot(task: try system(BackgroundTask { job.run() }))
    return true
  }

  private func finish(_ running: RunningSnapshot, _ failure: StorageError?) {
    snapshot = nil
    if let failure { options.note("a snapshot was given up: \(failure)") }
  }
}
