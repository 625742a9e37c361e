import Model
import POSIX

/// A wake-up for an event loop when the journal of a data directory is written to or switched, by any process.
///
/// Our own writes wake it too. What it says is only that `refresh` may find something.
package final class ChangeWatch {
  private let directory: DataDirectory
  private let watch: FileWatch
  private var content: FileWatch.Subject?
  private var arrivals: FileWatch.Subject?

  package init(_ directory: DataDirectory) throws(StorageError) {
    self.directory = directory
    watch = try system(FileWatch())
  }

  /// Readable when something changed while it was armed.
  package var descriptor: FileDescriptor { watch.descriptor }

  private var isArmed: Bool { arrivals != nil }

  /// Begins to watch; what changed before is not told, so `refresh` comes after it.
  package func arm() throws(StorageError) {
    guard !isArmed else { return }
    arrivals = try system(watch.watch(arrivalsIn: directory.path))
    content = try system(watch.watch(content: directory.root.path(of: JournalFile.name)))
  }

  /// Takes what has been told, so that the descriptor is quiet until the next change; true when there was
  /// a change. `refresh` comes after it.
  @discardableResult
  package func drain() throws(StorageError) -> Bool {
    let changes = try system(watch.drain())
    guard isArmed else { return false }
    let isSwitched = changes.contains { $0.subject == arrivals && $0.name == JournalFile.name }
    if isSwitched {
      if let content { watch.forget(content) }
      content = try system(watch.watch(content: directory.root.path(of: JournalFile.name)))
      // The farewell of the old watch; a change that is taken with it is found by the `refresh` that follows.
      _ = try system(watch.drain())
    }
    return isSwitched || changes.contains { $0.subject == content }
  }
}
