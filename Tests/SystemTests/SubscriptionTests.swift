import JSON
import POSIX
import TestSupport
import Testing

/// events.subscribe: none missed, none twice, in order, whichever process made them; and nothing secret.
struct SubscriptionTests {
  @Test func `two processes' subscribers see every event once, snapshots or not`() throws {
    try withFixture(.init(.socket, snapshotAfter: 4000)) { fixture in
      let beside = try fixture.sandbox.serve(.init(.stdio, snapshotAfter: 4000)).connect()
      try beside.logIn("bob")
      let here = try fixture.server.connect()
      try here.logIn("alice")
      let start = try here.call("events.subscribe", ["after": 0]).at("last_seq").int ?? 0
      try beside.call("events.subscribe", ["after": .int(start)])
      for _ in 0..<40 {
        for maker in [fixture.alice, beside] {
          let id = try maker.deploy().at("id").int ?? 0
          try maker.change("cancel", id)
        }
      }
      let last = try fixture.alice.deploy("last").at("id")
      for (subscriber, after) in [(here, 0), (beside, start)] {
        var seen: [JSONValue] = []
        while seen.last?.at("type") != "deployment.started" || seen.last?.at("data", "deployment_id") != last
        {
          seen.append(try #require(try subscriber.nextEvent(), "the last event never came"))
        }
        let listed = try Self.list(after: after, by: subscriber, through: seen.last?.at("seq").int ?? 0)
        #expect(seen.map { $0.at("seq").int } == listed.map { $0.at("seq").int })
        #expect(seen == listed)
      }
    }
  }

  private static func list(after: Int, by client: CheckedClient, through last: Int) throws -> [JSONValue] {
    var events: [JSONValue] = []
    var after = after
    var isLast = false
    while after < last, !isLast {
      let page = try client.call("events.list_all", ["after": .int(after), "limit": 37])
      events += page.at("events").array ?? []
      isLast = page.at("last_seq").int == after
      after = page.at("last_seq").int ?? last
    }
    return events.filter { $0.at("seq").int ?? 0 <= last }
  }

  @Test func `a place beyond the newest event is refused with the newest, which is none itself`() throws {
    try withFixture { fixture in
      let newest = try fixture.alice.call("events.list_all").at("last_seq").int ?? 0
      for method in ["events.list_all", "events.subscribe"] {
        for beyond in [newest + 1, newest + 1000, 9_007_199_254_740_991] {
          let refused = try fixture.alice.refusal(method, ["after": .int(beyond)])
          #expect(refused.code == 1004 && refused.data["last_seq"]?.int == newest, "\(refused)")
        }
        #expect(try fixture.alice.call(method, ["after": .int(newest)]).at("last_seq").int == newest)
      }
    }
  }

  @Test func `who unsubscribes is told how far it was, and goes on from there`() throws {
    try withFixture { fixture in
      let reader = try fixture.server.connect()
      try reader.logIn("alice")
      var (after, seen) = (0, [Int]())
      for _ in 0..<5 {
        #expect(try reader.call("events.subscribe", ["after": .int(after)]).at("last_seq").int == after)
        // Some of these are sent before the subscription's end, some are not; none is to be lost or told twice.
        for _ in 0..<20 { try fixture.bob.deploy() }
        after = try reader.call("events.unsubscribe").at("last_seq").int ?? 0
        while let event = try reader.nextEvent(within: 0) { seen.append(event.at("seq").int ?? 0) }
        for _ in 0..<3 { try fixture.bob.deploy() }
      }
      let rest = try Self.list(after: after, by: reader, through: 1 << 40).compactMap { $0.at("seq").int }
      let all = try Self.list(after: 0, by: reader, through: 1 << 40).compactMap { $0.at("seq").int }
      #expect(seen + rest == all)
      #expect(!seen.isEmpty && !rest.isEmpty)
    }
  }

  @Test func `a filter passes what was asked for and nothing else`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      try fixture.bob.deploy()
      let types: JSONObject = ["types": ["deployment.finished", "deployment.reprioritized"]]
      try fixture.alice.call("events.subscribe", types.adding("deployment_id", 2).adding("after", 0))
      for id in [1, 2] {
        try fixture.bob.change("update", id, ["priority": 70])
        try fixture.bob.change("complete", id)
      }
      let events = [try fixture.alice.nextEvent(), try fixture.alice.nextEvent()]
      #expect(events.map { $0?.at("type") } == ["deployment.reprioritized", "deployment.finished"])
      #expect(events.allSatisfy { $0?.at("data", "deployment_id") == 2 })
      #expect(try fixture.alice.nextEvent(within: 0.2) == nil)
      let listed = try fixture.alice.call(
        "events.list_all", types.adding("deployment_id", 2).adding("after", 0))
      #expect(listed.at("events").array == events)
    }
  }

  @Test func `everybody sees their organization's and their own, and no more`() throws {
    try withFixture { fixture in
      let eve = try fixture.stranger("eve")
      try eve.createOrganization("evil")
      try eve.call("events.subscribe", ["after": 0])
      try fixture.bob.deploy()
      try eve.createCluster("den")
      var types: [String] = []
      while types.last != "node.added" {
        let event = try #require(try eve.nextEvent())
        types.append(event.at("type").string ?? "")
        let organization = event.at("data", "organization_id")
        #expect(organization == .null || organization == 2, "\(event.text)")
        let user = event.at("data", "user_id")
        #expect(user == .null || user == 3, "\(event.text)")
      }
      #expect(types.contains("user.registered") && types.contains("session.created"))
      #expect(!types.contains("deployment.created"))
      // Who leaves sees what comes after no more.
      try fixture.bob.call("events.subscribe")
      try fixture.bob.call("organizations.leave")
      try fixture.alice.deploy()
      try fixture.bob.call("tokens.create", ["name": "mine", "scope": "read"])
      var last = try fixture.bob.nextEvent()
      while let event = last, event.at("type") != "session.created" {
        #expect(event.at("type").string?.hasPrefix("deployment") == false, "\(event.text)")
        last = try fixture.bob.nextEvent()
      }
      #expect(last?.at("type") == "session.created")
    }
  }

  @Test func `a connection subscribes once at a time, and not beyond its token`() throws {
    try withFixture { fixture in
      let bob = fixture.bob
      #expect(try bob.refusal("events.unsubscribe").code == 1009)
      try bob.call("events.subscribe")
      #expect(try bob.refusal("events.subscribe").code == 1009)
      try bob.call("events.unsubscribe")
      try bob.deploy()
      #expect(try bob.nextEvent(within: 0.1) == nil)

      let other = try fixture.server.connect()
      let made = try bob.call("tokens.create", ["name": "eyes", "scope": "read"]).at("token")
      try other.call("auth.use_token", ["token": made.at("text")])
      try other.call("events.subscribe", ["types": ["deployment.created"]])
      try bob.deploy()
      #expect(try other.nextEvent()?.at("data", "deployment_id") == 2)
      try bob.call("tokens.revoke", ["token_id": made.at("id")])
      try bob.deploy()
      #expect(try other.nextEvent(within: 0.2) == nil)
    }
  }

  @Test func `no event tells a token, a code, a password or what is kept of them`() throws {
    try withFixture { fixture in
      let alice = fixture.alice
      var secrets = [
        fixture.code, try alice.logIn("alice"), CheckedClient.password(of: "alice"), "$y$", "$gy$",
      ]
      let token = try alice.call("tokens.create", ["name": "t", "scope": "full"]).at("token", "text")
      let invite = try alice.call("invites.create", ["max_uses": 1]).at("invite", "code")
      let rotated = try alice.call("organizations.update", ["rotate_invite_code": true, "request_key": "k"])
      for secret in [token, invite, rotated.at("organization", "invite_code")] {
        secrets.append(try #require(secret.string))
      }
      let carol = try fixture.stranger("carol")
      try carol.call("auth.join_organization", ["code": invite, "request_key": "join"])
      try carol.call(
        "auth.change_password",
        [
          "old_password": .string(CheckedClient.password(of: "carol")),
          "new_password": "carol's second one",
        ])
      secrets += secrets.map { SHA256.hexadecimal(Array($0.utf8)) } + ["carol's second one"]
      var seen = 0
      let reader = try fixture.server.connect()
      try reader.call("auth.use_token", ["token": token])
      for client in [alice, reader] {
        for event in try Self.list(after: 0, by: client, through: 1 << 40).map(\.text) {
          seen += 1
          for secret in secrets { #expect(!event.contains(secret), "\(event) tells \(secret)") }
          #expect(!event.contains("hash"), "\(event)")
        }
      }
      #expect(seen > 20)
    }
  }
}
