import JSON
import Model
import POSIX

extension Store {
  /// The count of what a pruning removed.
  package struct Pruned: Equatable, Sendable {
    package let rows: Int
    package let archives: Int
    package let asides: Int
  }

  /// Drops the history rows for which `isOld` is true, and superseded journals and files set aside that were
  /// last written before `time`. Done as a snapshot, so that every process follows; throws `unavailable`
  /// while another process writes one.
  package func prune(before time: Timestamp, isOld: @escaping @Sendable (JSONObject) -> Bool)
    throws(StorageError) -> Pruned
  {
    try refresh()
    let before = try finalRows()
    guard try snapshotNow(keeping: { !isOld($0) }) else {
      throw .unavailable("another process is writing a snapshot; try again when it is done")
    }
    return Pruned(
      rows: before - history.count,
      archives: try remove(from: directory.history, before: time) { JournalArchive($0) != nil },
      asides: try remove(from: directory.aside(), before: time) { $0.hasPrefix("journal-") })
  }

  /// Those in history and those that the snapshot will move there.
  private func finalRows() throws(StorageError) -> Int {
    var count = history.count
    try fold.eachRow(of: F.historyTable) { _, isFinal throws(StorageError) in if isFinal { count += 1 } }
    return count
  }

  private func remove(from directory: Directory, before time: Timestamp, _ matches: (String) -> Bool)
    throws(StorageError) -> Int
  {
    var removed = 0
    for name in try system(directory.names()) where matches(name) {
      let status = try system(directory.statusIfPresent(of: name))
      guard let status, status.modifiedMilliseconds < time.milliseconds else { continue }
      try system(directory.remove(name))
      removed += 1
    }
    return removed
  }
}
