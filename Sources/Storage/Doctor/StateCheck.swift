import JSON
import Model
import POSIX

/// The check of tables, journal and history as a process would load them.
enum StateCheck<F: Fold> {
  static func findings(_ files: OpenFiles) -> [Finding] {
    var findings: [Finding] = []
    for table in files.tables {
      do throws(StorageError) { findings += try rowFindings(table) } catch { findings.append(Finding(error)) }
    }
    do throws(StorageError) {
      let state = try LoadedState<F>(files)
      findings += tailFindings(state)
      findings += state.fold.findings(at: Timestamp(milliseconds: SystemClock.wallMilliseconds())).map {
        .fault("", $0)
      }
      findings += try SegmentCheck.findings(
        files.history, live: live(state.fold), nextID: state.fold.nextID(of: F.historyTable))
    } catch {
      findings.append(Finding(error))
    }
    return findings
  }

  private static func live(_ fold: F) throws(StorageError) -> Set<Int> {
    var ids: Set<Int> = []
    try fold.eachRow(of: F.historyTable) { row, _ throws(StorageError) in
      if let id = row["id"]?.int { ids.insert(id) }
    }
    return ids
  }

  private static func tailFindings(_ state: LoadedState<F>) -> [Finding] {
    let journal = state.files.journal
    let position = state.scanner.position
    do throws(StorageError) {
      try state.requireDurable(besides: position)
      guard let tear = state.tear else { return [] }
      try TornTail(journal: journal, position: position, tear: tear, size: journal.size).refuseIfDurable()
      return [
        .note(
          journal.name,
          "line \(tear.line): \(tear.why); the next writer cuts \(journal.size - position.offset) bytes off")
      ]
    } catch {
      return [Finding(error)]
    }
  }

  /// Ids of a table rise and are below its next one.
  private static func rowFindings(_ table: TableFile) throws(StorageError) -> [Finding] {
    var findings: [Finding] = []
    var (last, line) = (0, 1)
    let text = try table.readRows()
    try text.forEachRow(in: 0..<text.bytes.count) { bytes, _ throws(StorageError) in
      line += 1
      guard let row = try? JSONParser.parse(bytes), let id = row["id"]?.int else { return }
      if id <= last { findings.append(.fault(table.name, line: line, "id \(id) follows id \(last)")) }
      if id >= table.header.nextID {
        findings.append(
          .fault(table.name, line: line, "id \(id) is not below the table's next id \(table.header.nextID)"))
      }
      last = id
    }
    return findings
  }
}
