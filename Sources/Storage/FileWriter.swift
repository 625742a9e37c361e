import JSON
import POSIX

/// A writer of a file in pieces of a bounded size, which counts and sums what goes by.
struct FileWriter {
  private static let chunk = 1 << 18
  /// Synced as it goes: a great burst at the end would keep every transaction's small sync waiting.
  private static let stride = 1 << 21

  let file: FileDescriptor
  private var writer = JSONWriter(reserving: chunk + 4096)
  private var offset = 0
  private var unsynced = 0
  /// Of everything appended so far that has left the buffer.
  private(set) var sum: UInt32

  init(_ file: FileDescriptor, at offset: Int = 0, seed: UInt32 = 0) {
    self.file = file
    self.offset = offset
    sum = seed
  }

  /// Bytes from the start of the file.
  var size: Int { offset + writer.bytes.count }

  mutating func append(_ object: JSONObject) throws(StorageError) {
    writer.write(object)
    try flushIfFull()
  }

  mutating func append(_ bytes: some Sequence<UInt8>) throws(StorageError) {
    writer.bytes.append(contentsOf: bytes)
    try flushIfFull()
  }

  mutating func append(_ byte: Unicode.Scalar) { writer.bytes.append(UInt8(ascii: byte)) }

  mutating func flush() throws(StorageError) {
    guard !writer.bytes.isEmpty else { return }
    try write(writer.bytes, to: file, at: offset)
    sum = CRC32C.checksum(writer.bytes, seed: sum)
    offset += writer.bytes.count
    unsynced += writer.bytes.count
    writer.bytes.removeAll(keepingCapacity: true)
  }

  private mutating func flushIfFull() throws(StorageError) {
    guard writer.bytes.count >= Self.chunk else { return }
    try flush()
    guard unsynced >= Self.stride else { return }
    try system(file.syncData())
    unsynced = 0
  }
}
