import JSON
import RPC
import TestSupport
import Testing

/// The order in which one connection's replies leave: that of its requests, whatever each of them is.
struct ReplyOrderTests {
  /// A line that a client may send, each answered in another way.
  private enum Message: CaseIterable {
    /// At once, without a look at the state.
    case ping
    /// At once, without being a call.
    case unknownMethod, noJSON, invalidRequest
    case read, write, refusedWrite
    /// When the password workers have hashed.
    case login, wrongLogin
    /// So long that what follows waits for a turn in which there is room.
    case longAnswer
    /// With its last answer, which is a login's.
    case batch
    /// When what it waits for has come about, which holds up nobody.
    case wait

    /// The line, and the ids of its reply as they come: nothing for `wait`.
    func line(_ id: Int) -> (text: String, ids: JSONValue?) {
      let login: JSONObject = ["username": "alice", "password": .string(CheckedClient.password(of: "alice"))]
      func request(_ method: String, _ params: JSONObject = [:]) -> (String, JSONValue?) {
        (String(decoding: Reply.request(method, params: params, id: .int(id)), as: UTF8.self), .int(id))
      }
      switch self {
      case .ping: return request("server.ping")
      case .unknownMethod: return request("no.such")
      case .noJSON: return ("{no json", .null)
      case .invalidRequest: return (#"{"jsonrpc":"1.0","id":\#(id),"method":"server.ping"}"#, .int(id))
      case .read: return request("deployments.get", ["deployment_id": 1])
      case .write:
        return request("deployments.checkpoint", ["deployment_id": 1, "reference": .string("/c/\(id)")])
      case .refusedWrite: return request("deployments.cancel", ["deployment_id": 9999])
      case .login: return request("auth.login", login)
      case .wrongLogin:
        return request("auth.login", ["username": .string("nobody-\(id)"), "password": "wrong horse"])
      case .longAnswer: return request("deployments.list_all")
      case .batch:
        let calls = [("server.ping", [:]), ("auth.login", login), ("no.such", JSONObject())]
        let texts = calls.enumerated().map { place, call in
          String(
            decoding: Reply.request(call.0, params: call.1, id: .string("\(id).\(place)")), as: UTF8.self)
        }
        return ("[\(texts.joined(separator: ","))]", .array((0...2).map { .string("\(id).\($0)") }))
      case .wait: return (request("deployments.get", ["deployment_id": 1, "wait_seconds": 60]).0, nil)
      }
    }
  }

  private static func ids(_ reply: [UInt8]) throws -> JSONValue {
    let reply = try JSONParser.parse(reply)
    return reply.array.map { .array($0.map { $0.at("id") }) } ?? reply.at("id")
  }

  @Test(arguments: ServerProcess.Way.allCases, 1...3)
  func `replies leave in the order of requests, but for calls that wait`(
    _ way: ServerProcess.Way, _ seed: Int
  ) throws {
    var random = SeededRandom(seed: UInt64(seed))
    try withSandbox { sandbox in
      let server = try sandbox.serve(.init(way))
      let client = try server.connect()
      try client.signUp("alice")
      try client.createOrganization("acme")
      try client.createCluster()
      // Three of these are more than one connection is sent in a turn.
      let padding = JSONValue.string(String(repeating: "x", count: 20_000))
      for number in 1...25 { try client.deploy("job-\(number)", ["env": ["PADDING": padding]]) }

      var lines: [String] = []
      var expected: [JSONValue] = []
      var waits: Set<Int> = []
      for id in 1...60 {
        let message = Message.allCases.randomElement(using: &random)!
        let (text, ids) = message.line(1000 + id)
        lines.append(text)
        if let ids { expected.append(ids) } else { waits.insert(1000 + id) }
      }
      lines.append(Message.ping.line(2000).text)
      expected.append(.int(2000))
      try client.line.sendRaw(Array((lines.joined(separator: "\n") + "\n").utf8))
      var seen: [JSONValue] = []
      while seen.last != .int(2000) { seen.append(try Self.ids(try client.line.receive())) }
      #expect(seen == expected, "seed \(seed)")

      // They wait on, and are answered when it has come about.
      try client.line.sendRaw(
        Reply.request("deployments.cancel", params: ["deployment_id": 1], id: 3000) + [10])
      var rest: Set<Int> = []
      while rest.count <= waits.count { rest.insert(try Self.ids(try client.line.receive()).int ?? 0) }
      #expect(rest == waits.union([3000]))
    }
  }
}
