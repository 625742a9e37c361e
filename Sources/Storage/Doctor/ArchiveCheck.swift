import POSIX

/// The check of superseded journals: only readers of old events need them.
enum ArchiveCheck {
  static func findings(_ directory: DataDirectory, before journal: JournalFile) -> [Finding] {
    var findings: [Finding] = []
    // The last record of the archive before, and where it came from.
    var reached: (seq: Int, name: String)?
    do throws(StorageError) {
      for archive in try JournalArchive.all(in: directory.history) {
        let name = "history/" + archive.name
        guard try system(directory.history.statusIfPresent(of: archive.name)) != nil else { continue }
        let file = try JournalFile(in: directory.history, archive.name, as: name, writable: false)
        // The second name that a snapshot gives the journal before it switches.
        if file.inode == journal.inode { continue }
        if let reached, file.header.seq > reached.seq {
          findings.append(
            .note(name, "events after \(reached.seq), where \(reached.name) ends, are not kept"))
        }
        var scanner = JournalScanner(file, from: file.beginning, durable: file.header.seq)
        if let tear = try scanner.scan(to: file.size, { _, _ throws(StorageError) in }) {
          findings.append(.fault(name, line: tear.line, tear.why))
        }
        reached = (scanner.position.seq, name)
      }
    } catch {
      findings.append(Finding(error))
    }
    if let reached, reached.seq < journal.header.seq {
      findings.append(.note(reached.name, "it ends at \(reached.seq), and the journal begins later"))
    }
    return findings
  }
}
