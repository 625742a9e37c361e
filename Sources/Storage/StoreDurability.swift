import Model
import POSIX

extension Store {
  /// Returns only after every record in `fold` is on disk. A failure is final: the page cache cannot be
  /// trusted after it, so the directory is marked for all processes.
  func makeDurable() throws(StorageError) {
    guard durableSeq < position.seq else { return }
    do throws(Errno) { try journal.file.syncData() } catch {
      options.note("\(error)")
      throw poison()
    }
    durableSeq = position.seq
  }

  /// Marks the directory, under the lock where it can be had: no transaction may begin unaware.
  private func poison() -> StorageError {
    isStale = true
    let mark = directory.lockFile
    do throws(StorageError) {
      try stateLock.with(.exclusive) { () throws(StorageError) in mark.poison() }
    } catch {
      mark.poison()
    }
    return .poisoned(directory: directory.path)
  }
}
