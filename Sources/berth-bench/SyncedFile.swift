import POSIX
import Synchronization

/// The floor under every durable write: 200 bytes appended to a file beside the data, and fdatasync.
final class SyncedFile: Sendable {
  private static let record = [UInt8](repeating: UInt8(ascii: "x"), count: 200)

  private let file: FileDescriptor
  private let end = Mutex(0)

  init(at path: String) throws { file = try FileDescriptor.open(path, .replace) }

  /// `records` of them by one write; returns when they are on disk. Any thread.
  func append(records: Int = 1) throws {
    let bytes = Array(repeatElement(Self.record, count: records).joined())
    let place = end.withLock { end in
      defer { end += bytes.count }
      return end
    }
    try file.write(bytes, at: place)
    try file.syncData()
  }
}
