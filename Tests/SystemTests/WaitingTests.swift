import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// `wait_seconds`: answered when the deployment is over, when the time is, or when the server is.
struct WaitingTests {
  private static func wait(_ seconds: JSONValue) -> JSONObject {
    ["deployment_id": 1, "wait_seconds": seconds]
  }

  @Test func `an end answers at once, made here or by another process`() throws {
    try withFixture { fixture in
      let beside = try fixture.sandbox.serve(.stdio).connect()
      try beside.logIn("bob")
      for (number, ender) in [fixture.alice, beside].enumerated() {
        try fixture.bob.deploy()
        let params: JSONObject = ["deployment_id": .int(number + 1), "wait_seconds": 60]
        let waiting = try fixture.bob.send("deployments.get", params)
        // Later requests of the connection pass it, and show that it has been taken.
        try fixture.bob.call("server.ping")
        try ender.change("complete", number + 1)
        let answer = try fixture.bob.answer(to: waiting, of: "deployments.get")
        #expect(answer.at("deployment", "status") == "completed")
      }
    }
  }

  @Test func `a time that is over answers with what is, no earlier`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      let began = SystemClock.monotonicNanoseconds()
      let answer = try fixture.bob.call("deployments.get", Self.wait(0.3))
      let seconds = Double(SystemClock.monotonicNanoseconds() - began) / 1e9
      #expect(answer.at("deployment", "status") == "running")
      #expect(seconds >= 0.3 && seconds < patience)
      // Nothing to wait for.
      #expect(try fixture.bob.call("deployments.get", Self.wait(0)).at("deployment", "status") == "running")
      try fixture.bob.change("cancel", 1)
      #expect(
        try fixture.bob.call("deployments.get", Self.wait(60)).at("deployment", "status") == "cancelled")
    }
  }

  @Test func `a server that is told to end answers who waits, and ends well`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      let waiting = try fixture.bob.send("deployments.get", Self.wait(60))
      try fixture.bob.call("server.ping")
      #expect(try fixture.server.stop() == .exited(code: 0))
      let answer = try fixture.bob.answer(to: waiting, of: "deployments.get")
      #expect(answer.at("deployment", "status") == "running")
    }
  }

  @Test func `the end of standard input leaves no call unanswered`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      let server = try fixture.sandbox.serve(.stdio)
      let line = try server.finish(
        with: Array(
          """
          {"jsonrpc":"2.0","id":1,"method":"auth.login","params":{"username":"bob",\
          "password":"\(CheckedClient.password(of: "bob"))"}}
          {"jsonrpc":"2.0","id":2,"method":"deployments.get","params":{"deployment_id":1,"wait_seconds":0.5}}
          {"jsonrpc":"2.0","id":3,"method":"auth.whoami"}
          """.utf8))
      var answered: Set<Int> = []
      for _ in 1...3 {
        let reply = try JSONParser.parse(try line.receive())
        #expect(reply["result"] != nil, "\(reply.text)")
        answered.insert(reply.at("id").int ?? 0)
      }
      #expect(answered == [1, 2, 3])
      #expect(try server.end() == .exited(code: 0))
    }
  }

  @Test func `who loses its token while it waits is told so`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      let other = try fixture.server.connect()
      try other.logIn("bob")
      let waiting = try other.send("deployments.get", Self.wait(60))
      try other.call("server.ping")
      let tokens = try fixture.bob.call("tokens.list_all").at("tokens").array ?? []
      try fixture.bob.call("tokens.revoke", ["token_id": tokens.last?.at("id") ?? 0])
      try fixture.bob.change("complete", 1)
      do {
        let answer = try other.answer(to: waiting, of: "deployments.get")
        Issue.record("answered \(answer.text)")
      } catch let refused as Refused {
        #expect(refused.code == 1001)
      }
    }
  }

  @Test func `many may wait, and those who hang up cost nothing`() throws {
    try withFixture { fixture in
      try fixture.bob.deploy()
      let token = try fixture.bob.call("tokens.create", ["name": "w", "scope": "read"]).at("token", "text")
      let descriptors = try fixture.server.descriptorCount
      for _ in 0..<50 {
        let client = try fixture.server.connect()
        _ = try client.send("deployments.get", Self.wait(600).adding("token", token))
        try client.call("server.ping")
      }
      try eventually("the hung-up connections' end") { try fixture.server.descriptorCount <= descriptors }
      try fixture.bob.change("complete", 1)
    }
  }
}
