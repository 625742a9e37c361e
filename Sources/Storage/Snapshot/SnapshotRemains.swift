import Model
import POSIX

/// The files that a snapshot leaves behind, by its end or by its death.
enum SnapshotRemains {
  /// Removes temporary files and segments that the history's table does not name. The caller holds the
  /// snapshotter's lock. Whoever reads a superseded segment has it open; what cannot be removed now is
  /// removed next time.
  static func remove<F: Fold>(_: F.Type, from directory: DataDirectory) {
    let root = directory.root
    for name in (try? temporaries(in: root)) ?? [] { try? root.remove(name) }
    for name in (try? orphans(F.self, in: directory)) ?? [] { try? directory.history.remove(name) }
  }

  static func temporaries(in root: Directory) throws(StorageError) -> [String] {
    try system(root.names()).filter { $0.hasSuffix(".new") }
  }

  static func orphans<F: Fold>(_: F.Type, in directory: DataDirectory) throws(StorageError) -> [String] {
    let table = F.historyTable
    let isWritten = try system(directory.root.statusIfPresent(of: TableFile.name(of: table))) != nil
    let entries = isWritten ? try TableFile(table, in: directory.root).header.history ?? [] : []
    let named = Set(entries.map(\.file))
    return try system(directory.history.names()).filter {
      SegmentEntry.number(of: $0, table: table) != nil && !named.contains($0)
    }
  }
}
