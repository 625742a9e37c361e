import JSON
import Model
import Services
import Testing

@Suite struct EventVisibilityTests {
  /// All events of a story, as `events.list_all` reads them.
  private func events(_ fixture: DecisionFixture) throws -> [Event] {
    try fixture.read { work in try work.events(after: nil).next(limit: 1000).map(\.event) }
  }

  private func story(_ fixture: DecisionFixture) throws {
    try fixture.join("bob")
    try fixture.cluster(cores: [2])
    try fixture.decide(as: "ann") {
      _ = try Invites.create(code: "a secret", role: .viewer, maxUses: nil, expiresIn: nil, by: $0, &$1)
      _ = try Organizations.rotateCode(to: "another secret", by: $0, &$1)
    }
    try fixture.decide(as: "bob") { try Accounts.changePassword(of: $0.user.id, to: "anew", &$1) }
    try fixture.complete(try fixture.deploy(1))
    try fixture.register("eve")
  }

  @Test func `members see what is their organization's, and each what is their own`() throws {
    try withDecisions { fixture in
      try story(fixture)
      let events = try events(fixture)
      func types(_ name: String) throws -> Set<String> {
        let user = try #require(try fixture.read { Accounts.user(named: name, $0) })
        return Set(events.filter { $0.isVisible(to: user) }.map(\.type))
      }
      let common: Set = [
        "deployment.finished", "cluster.created", "invite.created", "organization.code_rotated",
      ]
      #expect(try types("ann").isSuperset(of: common) && types("bob").isSuperset(of: common))
      #expect(try types("bob").contains("user.password_set") && !types("ann").contains("user.password_set"))
      #expect(try types("eve") == ["user.registered", "session.created"])
    }
  }

  @Test func `no event shows what lets somebody in`() throws {
    try withDecisions { fixture in
      try story(fixture)
      let kept = try events(fixture).map { JSONValue.object($0.data).text }.joined()
      let shown = try events(fixture).map { JSONValue.object($0.publicData).text }.joined()
      let secrets =
        ["of bob", "anew", DecisionFixture.code, "another secret"]
        + ["token of ann", "a secret"].map(Secret.hash)
      for secret in secrets {
        #expect(kept.contains(secret), "the story does not test \(secret)")
        #expect(!shown.contains(secret), "\(secret)")
      }
    }
  }
}
