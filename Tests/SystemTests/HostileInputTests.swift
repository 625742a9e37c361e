import JSON
import POSIX
import RPC
import TestSupport
import Testing

/// Input that no honest client sends: each is answered clearly, in bounded memory, and costs nobody else anything.
struct HostileInputTests {
  /// More than any message is long, and far less than what is sent in all.
  private static let memoryAllowed = 12 << 20

  private static let nested = Array(String(repeating: "[", count: 100_000).utf8) + [0x0A]
  private static let long = [UInt8](repeating: UInt8(ascii: "x"), count: 10 << 20) + [0x0A]
  private static let invalidUTF8 = Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + [0xC3, 0x28, 0x0A]
  private static let clients: [UInt8] = {
    let call = #"{"jsonrpc":"2.0","id":1,"method":"server.ping"}"#
    return Array(("[" + Array(repeating: call, count: 1001).joined(separator: ",") + "]\n").utf8)
  }()

  @Test(arguments: ServerProcess.Way.allCases)
  func `deep nesting, long lines, bad UTF-8 and large batches are refused in flat memory`(
    way: ServerProcess.Way
  ) throws {
    try withSandbox { sandbox in
      let server = try sandbox.serve(way)
      let client = try server.connect()
      try client.call("server.ping")
      let before = try server.residentBytes
      for _ in 0..<5 {
        #expect(try client.refusal(ofRaw: Self.nested).code == -32700)
        let long = try client.refusal(ofRaw: Self.long)
        #expect(long.code == -32700 && long.kind == "too_long" && long.data["limit"] == 1_048_576)
        #expect(try client.refusal(ofRaw: Self.invalidUTF8).code == -32700)
        #expect(try client.refusal(ofRaw: Self.clients).code == -32600)
        try client.call("server.ping")
      }
      let grown = try server.residentBytes - before
      #expect(grown < Self.memoryAllowed, "grew by \(grown) bytes")
    }
  }

  @Test func `half a line and then silence holds up nobody`() throws {
    try withSandbox { sandbox in
      let server = try sandbox.serve(.socket)
      let silent = try (0..<50).map { _ in try server.line() }
      for line in silent { try line.sendRaw(Array(#"{"jsonrpc":"2.0","id":1,"#.utf8)) }
      let framed = try server.line()
      try framed.sendRaw(Array("Content-Length: 1000\r\n\r\n{".utf8))
      let other = try server.connect()
      for _ in 0..<20 { try other.call("server.ping") }
      // What was begun can still be ended, however late.
      try silent[7].sendRaw(Array("\"method\":\"server.ping\"}\n".utf8))
      let reply = try JSONParser.parse(try silent[7].receive())
      #expect(reply.at("result") == ["payload": .null])
      #expect(try server.stop() == .exited(code: 0))
    }
  }

  @Test func `a connection that only talks and never listens costs bounded memory, and others are served`()
    throws
  {
    try withSandbox { sandbox in
      let server = try sandbox.serve(.socket)
      let other = try server.connect()
      try other.call("server.ping")
      let before = try server.residentBytes
      let sent = try Self.flood(server.socket)
      #expect(sent < 100 << 20, "never held back")
      try other.call("server.ping")
      let grown = try server.residentBytes - before
      #expect(grown < 40 << 20, "grew by \(grown) bytes")
    }
  }

  /// Sends requests with large answers and reads none, until nothing more is taken for a while.
  private static func flood(_ path: String) throws -> Int {
    let socket = try UnixSocket.connect(to: path, seconds: 5)
    let payload = String(repeating: "y", count: 60_000)
    let request = Reply.request("server.ping", params: ["payload": .string(payload)], id: 1) + [0x0A]
    let all = Array(repeating: request, count: 50).flatMap { $0 }
    var sent = 0
    while sent < 100 << 20, socket.isReady(toWrite: true, milliseconds: 500) {
      let start = sent % all.count
      let progress = all[start...].withUnsafeBytes { socket.send($0) }
      guard case .bytes(let count) = progress else { break }
      sent += count
    }
    return sent
  }

  @Test func `a batch is answered in order, without its notifications`() throws {
    try withSandbox { sandbox in
      let line = try sandbox.serve(.socket).line()
      let batch = """
        [{"jsonrpc":"2.0","id":1,"method":"server.ping"},{"jsonrpc":"2.0","method":"server.ping"},
        {"jsonrpc":"2.0","id":2,"method":"nope"},7,
        {"jsonrpc":"2.0","id":3,"method":"auth.register","params":{"username":"x","password":"long enough"}},
        {"jsonrpc":"2.0","id":4,"method":"server.ping"}]
        """.replacing("\n", with: "")
      let replies = try JSONParser.parse(try line.call(Array(batch.utf8))).array ?? []
      #expect(replies.map { $0.at("id") } == [1, 2, .null, 3, 4])
      #expect(replies.map { $0.at("error", "code").int } == [nil, -32601, -32600, nil, nil])
      try line.send(Array(#"[{"jsonrpc":"2.0","method":"server.ping"}]"#.utf8))
      try line.send(Array(#"{"jsonrpc":"2.0","id":9,"method":"server.ping"}"#.utf8))
      #expect(try JSONParser.parse(try line.receive()).at("id") == 9)
    }
  }

  @Test func `requests behind a slow one are answered in their order`() throws {
    try withSandbox { sandbox in
      let client = try sandbox.serve(.socket).line()
      let account: JSONObject = ["username": "zoe", "password": "long enough"]
      try client.send(Reply.request("auth.register", params: account, id: 1))
      for id in 2..<400 { try client.send(Reply.request("server.ping", params: [:], id: .int(id))) }
      try client.send(Reply.request("auth.login", params: account, id: 400))
      try client.send(Reply.request("auth.whoami", params: [:], id: 401))
      let replies = try (1...401).map { _ in try JSONParser.parse(try client.receive()) }
      #expect(replies.map { $0.at("id").int } == Array(1...401))
      #expect(replies.last?.at("result", "user", "username") == "zoe")
    }
  }
}
