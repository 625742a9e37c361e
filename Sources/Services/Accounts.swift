import Model

/// Users and their passwords, already hashed: hashing is the caller's, off the event loop.
package enum Accounts {
  /// Bytes of a password in UTF-8.
  package static let passwordLength = 8...1024

  package static func requireLength(_ password: String, pointer: String) throws(ServiceError) {
    guard !passwordLength.contains(password.utf8.count) else { return }
    throw .invalid(
      pointer: pointer, "must have \(passwordLength.lowerBound) to \(passwordLength.upperBound) bytes")
  }

  package static func requireUnused(username: String, _ work: borrowing Work) throws(ServiceError) {
    guard work.fold.state.userIDs[username] == nil else {
      throw .conflict("There is a user named \(username) already.", ["username": .string(username)])
    }
  }

  package static func register(username: String, passwordHash: String, _ work: inout Work) throws -> UserID {
    try requireUnused(username: username, work)
    let user = User(
      id: UserID(work.fold.state.users.nextID), username: username, passwordHash: passwordHash,
      createdAt: work.now)
    try work.record(.userRegistered(user))
    return user.id
  }

  package static func user(named username: String, _ work: borrowing Work) -> User? {
    let state = work.fold.state
    return state.userIDs[username].flatMap { state.users[$0] }
  }

  /// All the user's tokens end with the old password.
  package static func changePassword(of user: UserID, to hash: String, _ work: inout Work) throws {
    try work.record(.userChanged(user, .passwordSet(hash: hash)))
    for session in work.fold.state.userSessions[user, default: []].sorted() {
      try work.record(.sessionRevoked(session, user))
    }
  }

  /// The same password under a higher cost; tokens stay.
  package static func rehash(_ user: UserID, to hash: String, _ work: inout Work) throws {
    try work.record(.userChanged(user, .passwordSet(hash: hash)))
  }
}
