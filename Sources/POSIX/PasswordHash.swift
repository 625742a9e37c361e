import CPosix
import Glibc

/// Passwords hashed by libcrypt's yescrypt.
package enum PasswordHash {
  /// libcrypt refuses phrases of 512 bytes and more.
  private static let longestPhrase = 511

  /// A fresh salt and the hash, as libcrypt writes them (`$y$…`). `cost` is libcrypt's: each step doubles
  /// time and memory (7 is about a quarter second). Slow on purpose: not for an event loop's thread.
  package static func make(_ password: [UInt8], cost: Int) throws(Errno) -> String {
    try crypt(password, setting: try setting(cost: cost))
  }

  /// Whether `hash` is that of `password`. Takes as long for a wrong password as for the right one.
  package static func matches(_ password: [UInt8], _ hash: String) throws(Errno) -> Bool {
    // libcrypt would take almost any two letters for a DES salt.
    guard hash.hasPrefix("$y$") else { throw Errno(EINVAL, "crypt") }
    let other = Array(try crypt(password, setting: hash).utf8)
    let expected = Array(hash.utf8)
    guard other.count == expected.count else { return false }
    var difference: UInt8 = 0
    for place in other.indices { difference |= other[place] ^ expected[place] }
    return difference == 0
  }

  /// Whether `hash` was made at a lower cost than `cost`; of one that was made elsewhere nothing is known.
  package static func isMade(_ hash: String, below cost: Int) throws(Errno) -> Bool {
    let parameters = parameters(of: hash)
    for lower in 1..<cost where try Self.parameters(of: setting(cost: lower)) == parameters { return true }
    return false
  }

  /// `$y$j9T` of `$y$j9T$salt$hash`.
  private static func parameters(of hash: String) -> [Substring] {
    Array(hash.split(separator: "$", maxSplits: 3, omittingEmptySubsequences: true).prefix(2))
  }

  private static func setting(cost: Int) throws(Errno) -> String {
    guard let count = UInt(exactly: cost), count > 0 else { throw Errno(EINVAL, "crypt_gensalt") }
    let salt = try RandomBytes.make(16)
    return try text("crypt_gensalt") { result in
      salt.withUnsafeBytes { salt in
        cposix_yescrypt_setting(
          count, salt.baseAddress!.assumingMemoryBound(to: CChar.self), Int32(salt.count), result)
      }
    }
  }

  private static func crypt(_ password: [UInt8], setting: String) throws(Errno) -> String {
    // A NUL would end the phrase early, and a long one is refused: both go in as their digest.
    let isPlain = password.count <= longestPhrase && !password.contains(0)
    let phrase = isPlain ? password.map { CChar(bitPattern: $0) } + [0] : digest(password)
    return try text("crypt") { cposix_crypt(phrase, setting, $0) }
  }

  private static func digest(_ password: [UInt8]) -> [CChar] {
    SHA256.hexadecimal(password).utf8.map { CChar(bitPattern: $0) } + [0]
  }

  private static func text(_ call: String, _ body: (UnsafeMutablePointer<CChar>) -> Int32) throws(Errno)
    -> String
  {
    var buffer = [CChar](repeating: 0, count: Int(CPOSIX_HASH_SIZE))
    let code = buffer.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    guard code == 0 else { throw Errno(code, call) }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
