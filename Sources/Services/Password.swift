import POSIX

/// Passwords by libcrypt's yescrypt. Slow on purpose: called off the event loop.
package struct PasswordHasher: Sendable {
  /// yescrypt's cost as crypt(5) counts it; each step doubles time and memory.
  package let cost: Int

  package static let defaultCost = 7
  /// Those that libcrypt knows.
  package static let costs = 1...11

  package init(cost: Int = defaultCost) { self.cost = cost }

  package func hash(_ password: String) throws(Errno) -> String {
    try PasswordHash.make(Array(password.utf8), cost: cost)
  }

  /// True when `hash` is of this password. Takes as long for nil, an unknown user.
  package func verify(_ password: String, against hash: String?) throws(Errno) -> Bool {
    guard let hash else {
      _ = try self.hash(password)
      return false
    }
    return try PasswordHash.matches(Array(password.utf8), hash)
  }

  /// True when the hash was made at a lower cost, and should be made anew; one of a higher is never made weaker.
  package func isOutdated(_ hash: String) throws(Errno) -> Bool {
    try PasswordHash.isMade(hash, below: cost)
  }
}
