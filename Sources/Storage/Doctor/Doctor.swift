import Model
import POSIX

/// The check of a data directory against every rule that can be seen on disk, beside the processes that use it.
package enum Doctor {
  /// What is wrong or worth knowing; empty for a directory that is whole and tidy. Changes nothing. The
  /// state lock is held, shared, for the opening of the files alone.
  package static func check<F: Fold>(
    _ directory: DataDirectory, _: F.Type, _ options: StoreOptions = StoreOptions()
  ) -> [Finding] {
    var findings: [Finding] = []
    do throws(StorageError) {
      findings += try modes(directory)
      if try system(directory.lockFile.isPoisoned()) {
        findings.append(Finding(.poisoned(directory: directory.path), in: LockFile.name))
      }
      findings += try leftovers(F.self, directory)
      let lock = try StateLock(directory, waiting: options.lockSeconds)
      let files = try lock.with(.shared) { () throws(StorageError) in
        try OpenFiles(F.self, in: directory)
      }
      findings += ArchiveCheck.findings(directory, before: files.journal)
      findings += StateCheck<F>.findings(files)
    } catch {
      findings.append(Finding(error))
    }
    return findings
  }

  /// Mends what can be mended by rule: a torn tail, a poisoned directory, what a dead snapshot left. Answers
  /// what was done, in a sentence each; throws on damage that no rule mends, which is left as it is.
  package static func repair<F: Fold>(
    _ directory: DataDirectory, _: F.Type, _ options: StoreOptions = StoreOptions()
  ) throws(StorageError) -> [String] {
    let notes = Notes()
    var options = options
    options.note = { notes.add($0) }
    _ = try Store<F>.open(directory, options)
    if let lock = try directory.tryLock(.snapshotter) {
      try withExtendedLifetime(lock) { () throws(StorageError) in
        let remains =
          try SnapshotRemains.temporaries(in: directory.root) + SnapshotRemains.orphans(F.self, in: directory)
        guard !remains.isEmpty else { return }
        SnapshotRemains.remove(F.self, from: directory)
        notes.add("removed what a dead snapshot left: \(remains.joined(separator: ", "))")
      }
    }
    return notes.all
  }

  private static func modes(_ directory: DataDirectory) throws(StorageError) -> [Finding] {
    var findings: [Finding] = []
    for (folder, prefix) in try folders(directory) {
      for name in try system(folder.names()) {
        // It may have been renamed or removed since it was listed.
        guard let status = try system(folder.statusIfPresent(of: name)),
          status.kind == .file || status.kind == .directory
        else { continue }
        let mode: UInt32 = status.kind == .directory ? 0o700 : 0o600
        do throws(StorageError) { try folder.requireOwned(status, name, mode: mode) } catch {
          findings.append(.fault(prefix + name, error.description))
        }
      }
    }
    return findings
  }

  /// Those whose content has to be ours alone, each with what its names stand behind.
  private static func folders(_ directory: DataDirectory) throws(StorageError) -> [(Directory, String)] {
    var folders = [(directory.root, ""), (directory.history, "history/")]
    // Removed since they were listed, or not directories: then there is nothing in them to look at.
    guard let logs = try? Directory(DataDirectory.logsName, in: directory.root) else { return folders }
    folders.append((logs, "logs/"))
    for name in try system(logs.names()) {
      if let folder = try? Directory(name, in: logs) { folders.append((folder, "logs/\(name)/")) }
    }
    return folders
  }

  private static func leftovers<F: Fold>(_: F.Type, _ directory: DataDirectory) throws(StorageError)
    -> [Finding]
  {
    var findings: [Finding] = []
    if let lock = try directory.tryLock(.snapshotter) {
      try withExtendedLifetime(lock) { () throws(StorageError) in
        findings += try SnapshotRemains.temporaries(in: directory.root).map {
          .note($0, "a dead snapshot left it; it does not count")
        }
        findings += try SnapshotRemains.orphans(F.self, in: directory).map {
          .note("history/" + $0, "no table names it; it does not count")
        }
      }
    }
    guard try system(directory.root.statusIfPresent(of: DataDirectory.asideName)) != nil else {
      return findings
    }
    findings += try setAside(directory).map {
      .note("\(DataDirectory.asideName)/\($0)", "it was cut off or replaced in a recovery, and set aside")
    }
    return findings
  }

  private static func setAside(_ directory: DataDirectory) throws(StorageError) -> [String] {
    let aside = try directory.aside()
    return try system(aside.names())
  }
}
