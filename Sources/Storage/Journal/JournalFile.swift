import POSIX

/// A journal held open: one descriptor for as long as it is the journal, opened before anything is written,
/// because a descriptor opened later never hears of a failed write-back.
struct JournalFile: Sendable {
  static let name = "journal.jsonl"
  static let temporaryName = "journal.jsonl.new"

  let file: FileDescriptor
  let inode: UInt
  let header: JournalHeader
  /// Bytes of the header line: where the first record stands.
  let start: Int
  /// The file's size when it was opened.
  let size: Int
  /// Relative to the data directory, for messages.
  let name: String

  init(in directory: Directory, _ fileName: String = Self.name, as name: String? = nil, writable: Bool = true)
    throws(StorageError)
  {
    self.name = name ?? fileName
    file = try directory.openOwned(fileName, writable ? .readWrite : .read)
    let status = try system(file.status())
    inode = status.inode
    size = status.size
    var lines = LineReader(file, from: 0, to: status.size, chunk: 4096)
    guard let line = try system(lines.advance()), line.isComplete else {
      throw .damaged(Damage(self.name, line: 1, offset: 0, "the journal's header is missing"))
    }
    let subject = self.name
    header = try lines.withLine { bytes throws(StorageError) in try JournalHeader(bytes, of: subject) }
    start = line.next
  }

  /// Where reading begins.
  var beginning: JournalPosition {
    JournalPosition(offset: start, line: 2, seq: header.seq, chain: header.chain, time: header.time)
  }

  /// Makes the journal of a new directory; returns only after it is on disk.
  static func makeFirst(in root: Directory) throws(StorageError) {
    let file = try system(root.open(temporaryName, .replace))
    try write(JournalHeader.first.line, to: file, at: 0)
    try system(file.sync())
    try system(root.rename(temporaryName, to: name))
    try system(root.sync())
  }
}
