import POSIX

/// A data directory that has been found fit: ours alone, on a local file system, whole or new.
package struct DataDirectory: Sendable {
  package let root: Directory
  package let history: Directory
  let lockFile: LockFile

  static let asideName = "aside"
  /// Output of attempts; not state.
  static let logsName = "logs"

  package var path: String { root.path }

  /// Opens `path`; with `create`, makes it when it is absent and fills it when it is empty.
  ///
  /// Refuses another owner, any permission for others, and network file systems, which lose locks (unless
  /// `insistOnNetworkFS`). Damage is never taken for emptiness.
  package static func open(_ path: String, create: Bool, insistOnNetworkFS: Bool = false)
    throws(StorageError) -> DataDirectory
  {
    if create { try makePath(path) }
    let root: Directory
    do throws(Errno) { root = try Directory(path) } catch {
      throw .unusable("the data directory cannot be opened (\(error)); create it or name another by --data")
    }
    try root.requireOwned(try system(root.descriptor.status()), "", mode: 0o700)
    if !insistOnNetworkFS { try refuseNetwork(root) }
    let directory = try DataDirectory(root, create: create)
    try directory.makeJournalIfNew(create: create)
    return directory
  }

  private init(_ root: Directory, create: Bool) throws(StorageError) {
    self.root = root
    if try system(root.statusIfPresent(of: LockFile.name)) == nil {
      let names = try system(root.names())
      guard !names.contains(where: { $0 == JournalFile.name || $0.hasSuffix(".json") }) else {
        throw .damaged(Damage(LockFile.name, "the lock file is missing beside data"))
      }
      guard create else {
        throw .unusable("\(root.path) holds no Berth data; name the right directory by --data")
      }
      try LockFile.make(in: root)
    }
    lockFile = try LockFile(in: root)
    history = try Self.subdirectory("history", of: root)
  }

  /// A lock on `range` by an open file description of its own, waiting at most `waiting` seconds.
  package func lock(_ range: LockRange, waiting: Double) throws(StorageError) -> FileLock {
    FileLock(try root.openOwned(LockFile.name, .readWrite), range: range.bytes, waiting: waiting)
  }

  /// The lock on `range` until the descriptor's last reference goes; nil when somebody else has it.
  package func tryLock(_ range: LockRange) throws(StorageError) -> FileDescriptor? {
    let file = try root.openOwned(LockFile.name, .readWrite)
    return try system(FileLock.tryLock(file, range: range.bytes)) ? file : nil
  }

  /// Where what was cut off is set aside; made when it is first needed.
  func aside() throws(StorageError) -> Directory { try Self.subdirectory(Self.asideName, of: root) }

  private static func subdirectory(_ name: String, of root: Directory) throws(StorageError) -> Directory {
    try system(root.makeDirectory(name))
    return try system(Directory(name, in: root))
  }

  private static func refuseNetwork(_ root: Directory) throws(StorageError) {
    let fileSystem = try system(root.fileSystem())
    guard let name = fileSystem.networkName else { return }
    throw .unusable(
      "\(root.path) is on \(name), where file locks may not hold; use a local disk, or insist by "
        + "--insist-on-network-fs")
  }

  /// What is acknowledged in the last directory of `path` must not vanish with one above it.
  private static func makePath(_ path: String) throws(StorageError) {
    do throws(Errno) { try Directory.makePath(path) } catch {
      guard error.call == "mkdir" else { throw StorageError(error) }
      throw .unusable("\(error.subject) cannot be made (\(error)); name another directory by --data")
    }
  }

  private func makeJournalIfNew(create: Bool) throws(StorageError) {
    guard try !lockFile.hasJournal() else { return }
    try StateLock(self, waiting: 5).with(.exclusive) { () throws(StorageError) in
      guard try !lockFile.hasJournal() else { return }
      if try system(root.statusIfPresent(of: JournalFile.name)) == nil {
        let names = try system(root.names())
        guard !names.contains(where: { $0.hasSuffix(".json") }) else {
          throw .damaged(Damage(JournalFile.name, "the journal is missing beside tables"))
        }
        guard create else { throw .unusable("\(path) holds no Berth data; name the right one by --data") }
        try JournalFile.makeFirst(in: root)
      }
      try lockFile.noteJournal()
    }
  }
}

extension Directory {
  /// Opens a file of ours, refusing one that others may read or that is not ours.
  func openOwned(_ name: String, _ access: FileAccess) throws(StorageError) -> FileDescriptor {
    let file: FileDescriptor
    do throws(Errno) { file = try open(name, access) } catch {
      guard error.code != Errno.notThere else { throw .damaged(Damage(name, "the file is missing")) }
      throw StorageError(error)
    }
    try requireOwned(try system(file.status()), name, mode: 0o600)
    return file
  }

  func requireOwned(_ status: FileStatus, _ name: String, mode: UInt32) throws(StorageError) {
    let subject = name.isEmpty ? path : self.path(of: name)
    guard status.owner == ThisProcess.effectiveUserID else {
      throw .unusable("\(subject) belongs to user \(status.owner), not to us; run as its owner")
    }
    guard status.mode & 0o077 == 0 else {
      let octal = String(mode, radix: 8)
      throw .unusable("\(subject) is open to other users; run `chmod \(octal) \(subject)`")
    }
  }
}
