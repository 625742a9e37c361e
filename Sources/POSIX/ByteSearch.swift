import Glibc

extension UnsafeRawBufferPointer {
  /// The place of the first such byte, by memchr(3): several times as fast as `firstIndex(of:)`.
  package func place(of byte: UInt8) -> Int? {
    guard let baseAddress, let found = memchr(baseAddress, Int32(byte), count) else { return nil }
    return UnsafeRawPointer(found) - baseAddress
  }
}
