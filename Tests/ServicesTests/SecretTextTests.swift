import Services
import Testing

@Suite struct SecretTextTests {
  /// FIPS 180-4's example, and RFC 4648's of base32.
  @Test func `what is kept of a secret, and how it is written, is the standards'`() {
    #expect(Secret.hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Secret.inviteCode(Array("fooba".utf8)) == "mzxw6ytb")
  }

  @Test func `a token and a code have all the bits that they are made of`() {
    let token = Secret.token([UInt8](repeating: 0xA5, count: Secret.tokenBytes))
    #expect(token == "berth_" + String(repeating: "a5", count: 32))
    let bytes = (0..<UInt8(Secret.codeBytes)).map { $0 }
    #expect(Secret.inviteCode(bytes).utf8.count == 26)
    // 130 bits of the 136: each of the first sixteen bytes tells.
    for place in 0..<16 {
      var other = bytes
      other[place] ^= 1
      #expect(Secret.inviteCode(other) != Secret.inviteCode(bytes))
    }
  }

  @Test func `a password is verified, and an unknown user has none that fits`() throws {
    let hasher = PasswordHasher(cost: 1)
    let hash = try hasher.hash("correct horse")
    #expect(try hasher.verify("correct horse", against: hash))
    #expect(
      try !hasher.verify("correct horses", against: hash) && !hasher.verify("correct horse", against: nil))
    for (count, isTaken) in [(7, false), (8, true), (1024, true), (1025, false)] {
      let password = String(repeating: "x", count: count)
      #expect(((try? Accounts.requireLength(password, pointer: "/password")) != nil) == isTaken)
    }
  }
}
