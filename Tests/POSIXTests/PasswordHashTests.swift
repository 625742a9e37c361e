import Glibc
import POSIX
import Testing

@Suite struct PasswordHashTests {
  private let password = Array("correct horse".utf8)

  @Test func `the right password matches and another does not`() throws {
    let hash = try PasswordHash.make(password, cost: 1)
    #expect(hash.hasPrefix("$y$"))
    #expect(try PasswordHash.matches(password, hash))
    #expect(try !PasswordHash.matches(Array("wrong horse".utf8), hash))
  }

  @Test func `two hashes of one password differ`() throws {
    #expect(try PasswordHash.make(password, cost: 1) != PasswordHash.make(password, cost: 1))
  }

  @Test func `a NUL or great length hides nothing of a password`() throws {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1024)
    for (secret, other) in [([65, 0, 66], [65, 0, 67]), (long, Array(long.dropLast()) + [66])] {
      let hash = try PasswordHash.make(secret, cost: 1)
      #expect(try PasswordHash.matches(secret, hash))
      #expect(try !PasswordHash.matches(other, hash))
    }
  }

  @Test func `a broken setting is a failure, never a match`() {
    for hash in ["", "*0", "*1", "$y$", "$nonsense$x", "plain"] {
      #expect(throws: Errno.self) { _ = try PasswordHash.matches(password, hash) }
    }
    #expect(throws: Errno.self) { try PasswordHash.make(password, cost: 99) }
    #expect(throws: Errno.self) { try PasswordHash.make(password, cost: 0) }
  }

  @Test func `a hash tells its cost`() throws {
    let hash = try PasswordHash.make(password, cost: 2)
    for cost in [1, 2] { #expect(try !PasswordHash.isMade(hash, below: cost)) }
    for cost in [3, 11] { #expect(try PasswordHash.isMade(hash, below: cost)) }
    #expect(try !PasswordHash.isMade("$y$elsewhere$salt$hash", below: 11))
  }
}
