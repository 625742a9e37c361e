import POSIX

/// Random texts that let somebody in, and what is kept of them.
package enum Secret {
  /// Bytes of a token: 256 random bits.
  package static let tokenBytes = 32
  /// Bytes of a generated invite code: 26 base32 characters hold 130 bits.
  package static let codeBytes = 17

  /// SHA-256 in hexadecimal. No salt: what is hashed has at least 128 random bits, or is no secret.
  package static func hash(_ text: String) -> String { SHA256.hexadecimal(Array(text.utf8)) }

  /// A bearer token. Its prefix lets scanners for leaked secrets know it.
  package static func token(_ random: [UInt8]) -> String { "berth_" + hexadecimal(random) }

  /// 26 characters of RFC 4648's base32, in lower case.
  package static func inviteCode(_ random: [UInt8]) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    var code: [UInt8] = []
    var bits = 0
    var count = 0
    for byte in random {
      bits = (bits << 8 | Int(byte)) & 0xFFFF
      count += 8
      while count >= 5, code.count < 26 {
        count -= 5
        code.append(alphabet[bits >> count & 31])
      }
    }
    return String(decoding: code, as: UTF8.self)
  }

  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
