import CPosix

/// The Castagnoli checksum (RFC 3720, appendix B.4), by the processor's instruction where it has one.
package enum CRC32C {
  /// Continues from `seed`, the checksum of the bytes before; 0 at the start.
  package static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
    cposix_crc32c(seed, bytes.baseAddress, bytes.count)
  }

  package static func checksum(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBytes { checksum($0, seed: seed) }
  }
}
