import Model
import Services
import Testing

@Suite struct SessionTests {
  @Test func `a token holds until its time is over, and no other text does`() throws {
    try withDecisions { fixture in
      try fixture.decide(as: "ann") {
        _ = try Sessions.create(name: "ci", scope: .read, token: "short", expiresIn: 60, by: $0, &$1)
      }
      try fixture.pass(seconds: 59.999)
      #expect(try fixture.read { try Sessions.caller(token: "short", $0).session.scope } == .read)
      try fixture.pass(seconds: 0.001)
      for token in ["short", "Short", ""] {
        #expect(throws: ServiceError.self) { try fixture.read { try Sessions.caller(token: token, $0) } }
      }
    }
  }

  @Test func `all tokens end with the password that made them`() throws {
    try withDecisions { fixture in
      try fixture.register("bob")
      try fixture.decide(as: "bob") { bob, work in
        _ = try Sessions.create(name: "ci", scope: .full, token: "bobs", expiresIn: nil, by: bob, &work)
        try Accounts.changePassword(of: bob.user.id, to: "new", &work)
      }
      for token in ["bobs", "token of bob"] {
        #expect(throws: ServiceError.self) { try fixture.read { try Sessions.caller(token: token, $0) } }
      }
      #expect(try fixture.read { try fixture.caller("ann", $0).user.username } == "ann")
    }
  }

  @Test func `of too many, the oldest login goes, and a further named token is refused`() throws {
    try withDecisions { fixture in
      try fixture.decide(as: "ann") { ann, work in
        for number in 2...1000 {
          // As `logIn` records them; it looks at all there are.
          let session = Session(
            id: SessionID(number), userID: ann.user.id, name: nil, scope: .full, tokenHash: "\(number)",
            createdAt: work.now, expiresAt: work.now + 3600)
          try work.record(.sessionCreated(session))
        }
        _ = try Sessions.logIn(ann.user.id, token: "the last", &work)
      }
      // The fixture's own login was the first.
      #expect(throws: ServiceError.self) { try fixture.read { try fixture.caller("ann", $0) } }
      try fixture.decide { work in
        let ann = try Sessions.caller(token: "the last", work)
        #expect(throws: ServiceError.self) {
          try Sessions.create(name: "ci", scope: .full, token: "ci", expiresIn: nil, by: ann, &work)
        }
        #expect(Sessions.all(of: ann.user.id, work).count == 1000)
      }
    }
  }
}
