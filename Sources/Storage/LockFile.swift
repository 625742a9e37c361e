import POSIX

/// The bytes of the file `lock` that processes lock, each for one purpose.
package enum LockRange: Int, Sendable {
  /// Tables and journal: shared to read them together, exclusive to change them.
  case state
  /// The one process that writes a snapshot, for as long as it takes.
  case snapshotter

  /// Behind the file's text: a lock needs no byte to be there.
  var bytes: Range<Int> { 4096 + rawValue..<4097 + rawValue }
}

/// The file `lock`: what is locked, and two words that outlive every process.
///
/// Its blocks are allocated once, so that the mark can be written when the disk is full or sick, and is
/// seen at once by every process through the page cache.
struct LockFile: Sendable {
  static let name = "lock"
  private static let title = "Berth: processes lock bytes of this file. Never rename, delete or edit it.\n"
  private static let journalPrefix = "journal: "
  private static let statePrefix = "state: "
  private static let absent = "absent \n"
  private static let present = "present\n"
  private static let sound = "sound   \n"
  private static let poisoned = "poisoned\n"
  private static let journalOffset = title.utf8.count + journalPrefix.utf8.count
  private static let stateOffset = journalOffset + absent.utf8.count + statePrefix.utf8.count

  private let file: FileDescriptor
  private let path: String

  init(in root: Directory) throws(StorageError) {
    path = root.path
    file = try root.openOwned(Self.name, .readWrite)
    let text = try system(file.read(0..<Self.stateOffset))
    guard text.starts(with: Self.title.utf8), text.count == Self.stateOffset else {
      throw .damaged(Damage(Self.name, "it is not the lock file Berth made"))
    }
  }

  /// Makes the file, whole from the first moment on; leaves one that is there alone.
  static func make(in root: Directory) throws(StorageError) {
    let text = title + journalPrefix + absent + statePrefix + sound
    let salt = try system(RandomBytes.make(8))
    let temporary = "\(name).\(SHA256.hexadecimal(salt).prefix(16)).new"
    let file = try system(root.open(temporary, .create))
    defer { try? root.remove(temporary) }
    try write(Array(text.utf8), to: file, at: 0)
    try system(file.sync())
    do throws(Errno) { try root.link(temporary, into: root, as: name) } catch {
      guard error.code == Errno.exists else { throw StorageError(error) }
    }
    try system(root.sync())
  }

  /// Whether a sync failed and nobody recovered since.
  func isPoisoned() throws(Errno) -> Bool {
    var letter: UInt8 = 0
    let count = try withUnsafeMutableBytes(of: &letter) { bytes throws(Errno) in
      try file.read(into: bytes, at: Self.stateOffset)
    }
    return count != 1 || letter != UInt8(ascii: "s")
  }

  func refusePoison() throws(StorageError) {
    guard try !system(isPoisoned()) else { throw .poisoned(directory: path) }
  }

  /// Best effort by nature: the disk is sick. The page cache alone reaches every living process.
  func poison() {
    _ = try? file.write(Array(Self.poisoned.utf8), at: Self.stateOffset)
    _ = try? file.sync()
  }

  func clearPoison() throws(StorageError) {
    try write(Array(Self.sound.utf8), to: file, at: Self.stateOffset)
    try system(file.sync())
  }

  /// Whether the journal was ever made: one that is missing after that is damage, not a new directory.
  func hasJournal() throws(StorageError) -> Bool {
    let word = try system(file.read(Self.journalOffset..<Self.journalOffset + Self.present.utf8.count))
    return word.elementsEqual(Self.present.utf8)
  }

  func noteJournal() throws(StorageError) {
    try write(Array(Self.present.utf8), to: file, at: Self.journalOffset)
    try system(file.sync())
  }
}
