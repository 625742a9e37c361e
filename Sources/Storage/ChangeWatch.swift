import Model
import POSIX

/// A look-out for the journal of a data directory being written to or switched, by any process, among all that a `FileWatch`
/// tells.
///
/// Our own writes are told too. What it says is only that `refresh` may find something.
package final class ChangeWatch {
  private let directory: DataDirectory
  private let watch: FileWatch
  private let arrivals: FileWatch.Subject
  private var content: FileWatch.Subject

  /// Begins to watch; what changed before is not told, so `refresh` comes after it.
  package init(_ directory: DataDirectory, _ watch: FileWatch) throws(StorageError) {
    self.directory = directory
    self.watch = watch
    arrivals = try system(watch.watch(arrivalsIn: directory.path))
    content = try Self.watchJournal(of: directory, watch)
  }

  private static func watchJournal(of directory: DataDirectory, _ watch: FileWatch) throws(StorageError)
    -> FileWatch.Subject
  {
    try system(watch.watch(content: directory.root.path(of: JournalFile.name)))
  }

  /// Whether one of these changes concerns it. `refresh` comes after it.
  package func concerns(_ changes: [FileWatch.Change]) throws(StorageError) -> Bool {
    let isSwitched = changes.contains {
      $0.isOverflow || $0.subject == arrivals && $0.name == JournalFile.name
    }
    if isSwitched {
      let former = content
      content = try Self.watchJournal(of: directory, watch)
      if content != former { watch.forget(former) }
    }
    return isSwitched || changes.contains { $0.subject == content }
  }
}
