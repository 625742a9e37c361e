import Model
import POSIX

/// Tables, journal and history as they belong together, held open.
struct OpenFiles: Sendable {
  let tables: [TableFile]
  let journal: JournalFile
  let history: History
  /// Rows that became final at or before this seq are in `history`.
  let historyThrough: Int

  /// Opens the files of `F`; the caller holds the state lock, at least shared.
  init<F: Fold>(_: F.Type, in directory: DataDirectory) throws(StorageError) {
    journal = try JournalFile(in: directory.root)
    var tables: [TableFile] = []
    var historyHeader: TableHeader?
    for name in F.tables {
      // A table that no snapshot has written yet starts empty; one that was written must be there.
      if !journal.header.tables.contains(name),
        try system(directory.root.statusIfPresent(of: TableFile.name(of: name))) == nil
      {
        continue
      }
      let table = try TableFile(name, in: directory.root)
      guard table.header.through >= journal.header.seq else {
        throw .damaged(
          Damage(
            table.name, line: 1,
            "it ends at seq \(table.header.through), and the journal goes on from \(journal.header.seq)"))
      }
      tables.append(table)
      if name == F.historyTable { historyHeader = table.header }
    }
    self.tables = tables
    history = try History(historyHeader?.history ?? [], in: directory.history)
    historyThrough = historyHeader?.through ?? journal.header.seq
  }

  var tableBytes: Int { tables.reduce(0) { $0 + $1.size } }

  /// The last record that some table says it has seen: the journal must reach it.
  var writtenThrough: (seq: Int, by: String)? {
    tables.max { $0.header.through < $1.header.through }.map { ($0.header.through, $0.name) }
  }
}

/// State read from files, and where the journal stands behind it.
struct LoadedState<F: Fold> {
  var fold: F
  let files: OpenFiles
  var scanner: JournalScanner
  /// What could not be read at the journal's end.
  let tear: Tear?

  /// Parses and folds; needs no lock, since what the files held when they were opened does not change.
  init(_ files: OpenFiles) throws(StorageError) {
    self.files = files
    var fold = F()
    let unwritten = Set(F.tables).subtracting(files.tables.map(\.table))
    for name in F.tables where unwritten.contains(name) {
      fold.begin(table: name, through: files.journal.header.seq, nextID: 1)
    }
    for table in files.tables { try fold.load(table) }
    var scanner = JournalScanner(
      files.journal, from: files.journal.beginning, durable: files.journal.header.seq)
    tear = try scanner.scan(to: files.journal.size) { batch, line throws(StorageError) in
      try fold.apply(batch, of: files.journal, from: line)
    }
    do { try fold.finishLoading() } catch {
      throw .damaged(Damage(files.journal.name, "the state does not fit together: \(error)"))
    }
    self.fold = fold
    self.scanner = scanner
  }

  /// Throws when a table knows of records that the journal does not reach.
  func requireDurable(besides position: JournalPosition) throws(StorageError) {
    guard let writtenThrough = files.writtenThrough, writtenThrough.seq > position.seq else { return }
    throw .damaged(
      Damage(
        files.journal.name, line: position.line, offset: position.offset,
        "it ends at seq \(position.seq), but \(writtenThrough.by) was written through \(writtenThrough.seq)"))
  }
}

extension Fold {
  mutating func apply(_ batch: [JournalRecord], of journal: JournalFile, from line: Int) throws(StorageError)
  {
    for (place, record) in batch.enumerated() {
      do { try apply(record.decoded(Event.self)) } catch {
        throw .damaged(
          Damage(
            journal.name, line: line + place, "seq \(record.seq) (\(record.type)) cannot follow: \(error)"))
      }
    }
  }
}
