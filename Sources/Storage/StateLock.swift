import POSIX

/// The lock on tables and journal, with its failures made the storage's.
struct StateLock: Sendable {
  private let lock: FileLock
  private let seconds: Double

  /// By an open file description of its own.
  init(_ directory: DataDirectory, waiting seconds: Double) throws(StorageError) {
    lock = try directory.lock(.state, waiting: seconds)
    self.seconds = seconds
  }

  func with<T>(_ mode: FileLock.Mode, _ body: () throws(StorageError) -> T) throws(StorageError) -> T {
    let seconds = seconds
    return try lock.with(mode, failing: { StorageError($0, waiting: seconds) }, body)
  }
}
