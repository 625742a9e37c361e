/// Bytes that wait to be written, taken from the front.
struct WriteQueue {
  private var bytes: [UInt8] = []
  private var start = 0

  /// A queue that was once long need not keep the room for it.
  private static let keptCapacity = 65_536

  var count: Int { bytes.count - start }
  var isEmpty: Bool { bytes.count == start }

  mutating func append(_ body: (inout [UInt8]) -> Void) { body(&bytes) }

  mutating func drop(_ count: Int) {
    start += count
    if start == bytes.count {
      clear()
    } else if start > bytes.count - start {
      // No more is moved than was written since the last time.
      bytes.removeSubrange(..<start)
      start = 0
    }
  }

  mutating func clear() {
    bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
    start = 0
  }

  func withFront<T>(atMost limit: Int = .max, _ body: (UnsafeRawBufferPointer) -> T) -> T {
    bytes.withUnsafeBytes { all in
      body(UnsafeRawBufferPointer(rebasing: all[start..<start + min(limit, count)]))
    }
  }
}
