import JSON
import Model
import POSIX

/// The job that writes the tables anew from an immutable copy of the state, moves final rows to history, and puts a short
/// journal in the place of the long one.
///
/// Runs on a thread of its own, beside the owner and other processes: it holds the snapshotter's lock
/// throughout, and the state lock for the renames alone, each by an open file description of its own.
struct SnapshotJob<F: Fold>: Sendable {
  let directory: DataDirectory
  let options: StoreOptions
  /// Holds the snapshotter's lock for as long as it lives.
  let lock: FileDescriptor
  /// The state as of `position`, all of it on disk.
  var fold: F
  let position: JournalPosition
  /// When set, final rows it refuses are left out of history, the old ones included.
  var keeping: (@Sendable (JSONObject) -> Bool)?

  var root: Directory { directory.root }

  /// nil, or why it was given up; the directory is whole in any case.
  func run() -> StorageError? {
    do throws(StorageError) {
      try work()
      return nil
    } catch {
      SnapshotRemains.remove(F.self, from: directory)
      return error
    }
  }

  private func work() throws(StorageError) {
    options.snapshotStep(.begun)
    SnapshotRemains.remove(F.self, from: directory)
    let old = try headers()
    var copy = fold
    // What an earlier snapshot moved to history must not go there again, even if it died before its switch.
    if let moved = old[F.historyTable]?.through { copy.dropFinalRows(through: moved) }
    let history = try writeHistory(copy, old[F.historyTable]?.history ?? [])
    for table in F.tables {
      try writeTable(table, of: copy, table == F.historyTable ? history : nil)
      options.snapshotStep(.tableWritten)
    }
    try system(directory.history.sync())
    try JournalSwitch(job: self).run()
    SnapshotRemains.remove(F.self, from: directory)
    try JournalArchive.trim(directory.history, to: options.archiveBytes)
    options.snapshotStep(.cleaned)
  }

  /// The tables' headers as they are on disk. Throws when one of them is beyond us: another process, ahead
  /// of this one, has written a snapshot since the copy was made.
  func headers() throws(StorageError) -> [String: TableHeader] {
    var headers: [String: TableHeader] = [:]
    for table in F.tables {
      guard try system(root.statusIfPresent(of: TableFile.name(of: table))) != nil else { continue }
      let header = try TableFile(table, in: root).header
      guard header.through <= position.seq else {
        throw .unavailable("a later snapshot is there already")
      }
      headers[table] = header
    }
    return headers
  }

  private func writeTable(_ table: String, of fold: F, _ history: [SegmentEntry]?) throws(StorageError) {
    let file = try system(root.open(TableFile.temporaryName(of: table), .replace))
    let header = TableHeader(through: position.seq, nextID: fold.nextID(of: table), history: history)
    var writer = try TableWriter(header, to: file)
    try fold.eachRow(of: table) { row, isFinal throws(StorageError) in
      if history == nil || !isFinal { try writer.append(row) }
    }
    try writer.finish()
  }

  /// Writes the final rows to a segment and merges what is due; answers the segments that count from now on.
  private func writeHistory(_ fold: F, _ old: [SegmentEntry]) throws(StorageError) -> [SegmentEntry] {
    var numbers = SegmentNumbers(try system(directory.history.names()), table: F.historyTable)
    var writer = try SegmentWriter(numbers.next(), in: directory.history)
    try fold.eachRow(of: F.historyTable) { row, isFinal throws(StorageError) in
      if isFinal, keeping?(row) ?? true { try writer.append(row) }
    }
    var entries = try filtered(old, &numbers)
    if let entry = try writer.finish() { entries.append(entry) }
    options.snapshotStep(.segmentWritten)
    while let due = SegmentTiers.due(entries) {
      entries.removeAll { due.contains($0) }
      if let merged = try SegmentMerge.merge(due, into: numbers.next(), in: directory.history) {
        entries.append(merged)
      }
    }
    options.snapshotStep(.segmentsMerged)
    return entries
  }

  private func filtered(_ entries: [SegmentEntry], _ numbers: inout SegmentNumbers) throws(StorageError)
    -> [SegmentEntry]
  {
    guard let keeping, !entries.isEmpty else { return entries }
    let all = try SegmentMerge.merge(
      entries, into: numbers.next(), in: directory.history, keeping: keeping)
    return all.map { [$0] } ?? []
  }
}

/// The numbers for new segments that no file has.
private struct SegmentNumbers {
  private let table: String
  private var last: Int

  init(_ names: [String], table: String) {
    self.table = table
    last = names.compactMap { SegmentEntry.number(of: $0, table: table) }.max() ?? 0
  }

  mutating func next() -> String {
    last += 1
    return SegmentEntry.fileName(table, last)
  }
}

extension Fold {
  /// `forEachRow` with the storage's typed error.
  func eachRow(of table: String, _ body: (JSONObject, Bool) throws(StorageError) -> Void) throws(StorageError)
  {
    do { try forEachRow(of: table) { row, isFinal in try body(row, isFinal) } } catch {
      guard let failure = error as? StorageError else { throw .unavailable("\(error)") }
      throw failure
    }
  }
}
