import POSIX

/// A line of the journal ends in its checksum: `…,"sum":"xxxxxxxx"}`, over the bytes before, continuing
/// from the line before it, so that no line can be lost, moved or changed unseen.
enum SealedLine {
  /// `,"sum":"` + 8 digits + `"}`
  static let sealLength = 18
  private static let prefix = Array(",\"sum\":\"".utf8)
  private static let digits = Array("0123456789abcdef".utf8)

  /// Ends the line that starts at `start` and lacks its seal and brace; answers its checksum.
  static func seal(_ bytes: inout [UInt8], from start: Int, seed: UInt32) -> UInt32 {
    let sum = bytes.withUnsafeBytes {
      CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[start...]), seed: seed)
    }
    bytes.append(contentsOf: prefix)
    append(sum, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: "}"))
    bytes.append(UInt8(ascii: "\n"))
    return sum
  }

  /// The checksum written in `line` (without its LF) when it is the right one.
  static func verify(_ line: UnsafeRawBufferPointer, seed: UInt32) -> UInt32? {
    guard let sum = written(in: line) else { return nil }
    let body = UnsafeRawBufferPointer(rebasing: line[..<(line.count - sealLength)])
    return CRC32C.checksum(body, seed: seed) == sum ? sum : nil
  }

  static func hexadecimal(_ sum: UInt32) -> String {
    var bytes: [UInt8] = []
    append(sum, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Exactly eight lower-case digits, or nil.
  static func number(_ text: some Collection<UInt8>) -> UInt32? {
    guard text.count == 8 else { return nil }
    var value: UInt32 = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return value
  }

  private static func written(in line: UnsafeRawBufferPointer) -> UInt32? {
    guard line.count > sealLength else { return nil }
    let seal = line[(line.count - sealLength)...]
    guard seal.starts(with: prefix), seal[seal.endIndex - 2] == UInt8(ascii: "\""),
      seal[seal.endIndex - 1] == UInt8(ascii: "}")
    else { return nil }
    return number(seal.dropFirst(prefix.count).prefix(8))
  }

  private static func append(_ sum: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt32(28), through: 0, by: -4) {
      bytes.append(digits[Int(sum >> shift & 15)])
    }
  }
}
