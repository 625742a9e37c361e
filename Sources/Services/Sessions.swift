import Model

/// Bearer tokens: a login's and those created by name.
package enum Sessions {
  /// How long a login lasts: 30 days.
  package static let loginSeconds = 2_592_000
  /// Tokens of one user; a further login ends the oldest login, a further created token is refused.
  private static let limit = 1000

  /// Who asks with the token of this id; the token must still be there and its time not over.
  package static func caller(_ id: SessionID, _ work: borrowing Work) throws(ServiceError) -> Caller {
    let state = work.fold.state
    guard let session = state.sessions[id], !session.isExpired(at: work.now),
      let user = state.users[session.userID]
    else { throw unknown }
    return Caller(user: user, session: session)
  }

  package static func caller(token: String, _ work: borrowing Work) throws(ServiceError) -> Caller {
    guard let id = work.fold.state.sessionIDs[Secret.hash(token)] else { throw unknown }
    return try caller(id, work)
  }

  package static var unknown: ServiceError {
    .unauthenticated("The token is unknown, expired or revoked: log in again with auth.login.")
  }

  package static func logIn(_ user: UserID, token: String, _ work: inout Work) throws -> Session {
    let state = work.fold.state
    let now = work.now
    var logins = state.userSessions[user, default: []].compactMap { state.sessions[$0] }.filter {
      $0.name == nil
    }
    logins.sort { $0.id < $1.id }
    let surplus = Swift.max(0, logins.count + 1 - limit)
    for (place, login) in logins.enumerated() where place < surplus || login.isExpired(at: now) {
      try work.record(.sessionRevoked(login.id, user))
    }
    return try create(
      user, name: nil, scope: .full, token: token, expiresAt: now + Double(loginSeconds), &work)
  }

  private static func create(
    _ user: UserID, name: String?, scope: Scope, token: String, expiresAt: Timestamp?, _ work: inout Work
  ) throws -> Session {
    let session = Session(
      id: SessionID(work.fold.state.sessions.nextID), userID: user, name: name, scope: scope,
      tokenHash: Secret.hash(token), createdAt: work.now, expiresAt: expiresAt)
    try work.record(.sessionCreated(session))
    return session
  }

  package static func create(
    name: String, scope: Scope, token: String, expiresIn: Int?, by caller: Caller, _ work: inout Work
  ) throws -> Session {
    guard all(of: caller.user.id, work).count < limit else {
      throw ServiceError.quotaExceeded(
        "You have \(limit) tokens, the most one user may: revoke some first.", ["limit": .int(limit)])
    }
    let expiry = expiresIn.map { work.now + Double($0) }
    return try create(caller.user.id, name: name, scope: scope, token: token, expiresAt: expiry, &work)
  }

  /// The user's tokens whose time is not over, oldest first.
  package static func all(of user: UserID, _ work: borrowing Work) -> [Session] {
    let state = work.fold.state
    let now = work.now
    return state.userSessions[user, default: []].sorted().compactMap { state.sessions[$0] }
      .filter { !$0.isExpired(at: now) }
  }

  package static func revoke(_ id: SessionID, by caller: Caller, _ work: inout Work) throws -> Session {
    guard let session = work.fold.state.sessions[id], session.userID == caller.user.id else {
      throw ServiceError.unknown("token", id)
    }
    try work.record(.sessionRevoked(id, session.userID))
    return session
  }
}
