import JSON
import POSIX
import RPC
import TestSupport
import Testing
import Transport

/// The things that clients of JSON-RPC send as a matter of course, whatever they speak to.
struct ClientHabitTests {
  @Test func `params of null are none, and open methods take a token too`() throws {
    try withFixture { fixture in
      for method in ["server.ping", "auth.whoami", "clusters.list_all"] {
        let request = #"{"jsonrpc":"2.0","id":"n","method":"\#(method)","params":null}"#
        let reply = try JSONParser.parse(try fixture.alice.line.call(Array(request.utf8)))
        #expect(reply["result"] != nil && reply.at("id") == "n", "\(reply.text)")
      }
      let token: JSONObject = ["token": .string(try fixture.alice.logIn("alice"))]
      let stranger = try fixture.server.connect()
      #expect(try stranger.call("server.ping", token.adding("payload", 1)).at("payload") == 1)
      for more: JSONObject in [token, [:]] {
        let info = try stranger.call("server.info", more)
        #expect(info.at("pid").isNull == (more == [:]) && info.at("data_directory").isNull == (more == [:]))
      }
      #expect(try stranger.call("server.info", ["token": "berth_unknown"]).at("pid") == .null)
      #expect(try fixture.bob.call("server.info").at("pid").int == Int(fixture.server.process.id))
    }
  }

  @Test func `a cancelled wait is answered so at once, alone and in a batch, and no other is`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      let wait: JSONObject = ["deployment_id": 1, "wait_seconds": 60]
      let (alice, bob) = (fixture.alice, fixture.bob)
      let others = try alice.send("deployments.get", wait)
      let (cancelled, kept) = (try bob.send("deployments.get", wait), try bob.send("deployments.get", wait))
      try bob.cancel(.int(cancelled))
      // What is not there to be cancelled is nobody's fault.
      for id: JSONValue in ["no such", .null, .int(cancelled), .int(others)] { try bob.cancel(id) }
      let refused = #expect(throws: Refused.self) {
        try bob.answer(to: cancelled, of: "deployments.get", within: patience)
      }
      #expect(refused?.code == -32800 && refused?.kind == "request_cancelled")
      let batch = """
        [{"jsonrpc":"2.0","id":"w","method":"deployments.get","params":{"deployment_id":1,"wait_seconds":60}},\
        {"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"w"}},\
        {"jsonrpc":"2.0","id":"p","method":"server.ping"}]
        """
      let replies = try JSONParser.parse(try bob.line.call(Array(batch.utf8))).array ?? []
      #expect(replies.map { $0.at("id") } == ["w", "p"] && replies.first?.at("error", "code") == -32800)
      try bob.change("cancel", 1)
      for (client, id) in [(alice, others), (bob, kept)] {
        #expect(
          try client.answer(to: id, of: "deployments.get").at("deployment", "status") == "cancelled")
      }
    }
  }

  @Test func `a cancelled follower is told so, and what is written then is not sent`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      let follow = try fixture.bob.send("deployments.logs", ["deployment_id": 1, "follow": true])
      try fixture.bob.call("server.ping")
      try fixture.bob.cancel(.int(follow))
      let refused = #expect(throws: Refused.self) {
        try fixture.bob.answer(to: follow, of: "deployments.logs", within: patience)
      }
      #expect(refused?.code == -32800)
      try fixture.bob.change("complete", 1)
      #expect(try fixture.bob.nextLog(within: 0.2) == nil)
    }
  }

  @Test func `shutdown and exit end a stdio server well, and on a socket the connection alone`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      let stdio = try fixture.sandbox.serve(.stdio)
      for server in [stdio, fixture.server] {
        let client = try server.connect()
        try client.logIn("bob")
        try client.call("events.subscribe")
        let waiting = try client.send("deployments.get", ["deployment_id": 1, "wait_seconds": 60])
        let bye = #"{"jsonrpc":"2.0","id":"bye","method":"shutdown","params":null}"#
        #expect(
          try JSONParser.parse(try client.line.call(Array(bye.utf8)))
            == ["jsonrpc": "2.0", "id": "bye", "result": .null])
        try client.line.send(Array(#"{"jsonrpc":"2.0","method":"exit"}"#.utf8))
        let refused = #expect(throws: Refused.self) {
          try client.answer(to: waiting, of: "deployments.get", within: patience)
        }
        #expect(refused?.code == -32800)
        #expect(throws: LineClient.Failure.closed) { try client.line.receive(within: patience) }
      }
      #expect(try stdio.end() == .exited(code: 0))
      try fixture.bob.call("server.ping")
    }
  }

  @Test func `HTTP is refused and closed, and its body is not run`() throws {
    try withFixture { fixture in
      let token = try fixture.alice.logIn("alice")
      let body = Reply.request(
        "tokens.create", params: ["name": "stolen", "scope": "full", "token": .string(token)], id: 1)
      for method in ["POST", "CONNECT"] {
        let line = try fixture.server.line()
        let head = "\(method) / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n\r\n"
        try line.sendRaw(Array(head.utf8) + body + [0x0A])
        #expect(try JSONParser.parse(try line.receive()).at("error", "code") == -32700)
        #expect(throws: LineClient.Failure.closed) { try line.receive(within: patience) }
      }
      let names = try fixture.alice.call("tokens.list_all").at("tokens").array ?? []
      #expect(!names.contains { $0.at("name") == "stolen" })
    }
  }
}

extension CheckedClient {
  fileprivate func cancel(_ id: JSONValue) throws {
    try line.send(Reply.notification("$/cancelRequest", params: ["id": id]))
  }
}
