import CPosix
import POSIX
import Testing

@Suite struct ChecksumTests {
  @Test func `CRC-32C gives the published values`() {
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum([]) == 0)
  }

  @Test func `the table and the instruction agree, in pieces and whole`() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 37 ^ $0 >> 3) }
    for end in stride(from: 0, through: bytes.count, by: 13) {
      let whole = CRC32C.checksum(bytes)
      let first = CRC32C.checksum(Array(bytes[..<end]))
      #expect(checksumByTable(Array(bytes[..<end])) == first)
      #expect(CRC32C.checksum(Array(bytes[end...]), seed: first) == whole)
      #expect(checksumByTable(Array(bytes[end...]), seed: first) == whole)
    }
  }

  /// As on processors without the instruction.
  private func checksumByTable(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBytes { cposix_crc32c_by_table(seed, $0.baseAddress, $0.count) }
  }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"
    ),
  ])
  func `SHA-256 gives the published digests`(message: String, digest: String) {
    #expect(SHA256.hexadecimal(Array(message.utf8)) == digest)
  }

  @Test func `random bytes differ`() throws {
    let (first, second) = (try RandomBytes.make(32), try RandomBytes.make(32))
    #expect(first.count == 32 && first != second)
  }
}
