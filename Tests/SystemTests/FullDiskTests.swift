import JSON
import POSIX
import RPC
import TestSupport
import Testing

/// 1050: a disk without room refuses writes, whole; reads go on, and writes do when there is room again.
struct FullDiskTests {
  @Test(.needs(.smallDisk))
  func `a full file system refuses writes, answers reads, and takes writes when it has room`() throws {
    try withSandbox { sandbox in
      let disk = try SmallDisk(at: sandbox.path + "/disk", in: sandbox)
      let data = disk.path + "/data"
      let server = try sandbox.serve(.init(), data: data)
      defer { try? server.kill() }
      let client = try server.connect()
      try Self.settle(client)
      try disk.fill()
      let refused = try client.deployUntilRefused()
      #expect(refused.code == 1050 && refused.kind == "unavailable")
      try Self.tryWithoutRoom(client, server)
      try disk.makeRoom()
      try Self.tryWithRoom(client)
      #expect(try server.stop() == .exited(code: 0))
      #expect(try Soundness.problems(of: data) == [])
    }
  }

  @Test func `a limit on file sizes is no room either`() throws {
    try withSandbox { sandbox in
      var settings = ServerProcess.Settings(.socket)
      settings.fileSizeLimit = 64 << 10
      let server = try sandbox.serve(settings)
      let client = try server.connect()
      try Self.settle(client)
      let refused = try client.deployUntilRefused()
      #expect(refused.code == 1050 && refused.kind == "unavailable")
      try Self.tryWithoutRoom(client, server)
      let raise = try ChildProcess(
        "/usr/bin/prlimit", ["--pid", "\(server.process.id)", "--fsize=unlimited:"])
      try #require(try raise.wait() == .exited(code: 0))
      try Self.tryWithRoom(client)
    }
  }

  private static func settle(_ client: CheckedClient) throws {
    try client.signUp("alice")
    try client.createOrganization("acme")
    try client.createCluster()
    try client.deploy("before", gpu: 1)
    try client.call("events.subscribe", ["types": ["deployment.finished"]])
  }

  private static func tryWithoutRoom(_ client: CheckedClient, _ server: ServerProcess) throws {
    let rows = try client.allDeployments()
    let seq = try client.call("events.list_all", ["after": 0]).at("last_seq")
    let filler = JSONValue.string(String(repeating: "f", count: 2000))
    let big = CheckedClient.request("refused", ["env": ["FILLER": filler]])
    for _ in 1...3 { #expect(try client.refusal("deployments.create", big).code == 1050) }
    // In one message with reads: those are answered, the writes are not done.
    let mixed = try client.batch([
      ("server.ping", ["payload": 1]), ("deployments.create", big), ("deployments.get", ["deployment_id": 1]),
    ])
    #expect(try mixed[0].get() == ["payload": 1])
    #expect(throws: Refused.self) { try mixed[1].get() }
    #expect(try mixed[2].get().at("deployment") == rows.first)
    // What waited behind a refused login is answered too, and in order.
    let line = try server.line()
    let password = JSONValue.string(String(repeating: "p", count: 1000))
    for id in 1...20 {
      let account: JSONObject = ["username": .string("user-\(id)"), "password": password]
      try line.send(Reply.request("auth.register", params: account, id: .int(id)))
    }
    try line.send(Reply.request("server.ping", params: [:], id: 21))
    let replies = try (1...21).map { _ in try JSONParser.parse(try line.receive()) }
    #expect(replies.map { $0.at("id").int } == Array(1...21))
    #expect(replies.contains { $0.at("error", "code") == 1050 })
    #expect(try client.allDeployments() == rows)
    #expect(try client.deployment(1).at("status") == "running")
    let events = try client.call("events.list_all", ["after": seq]).at("events").array ?? []
    #expect(events.allSatisfy { $0.at("type").string?.hasPrefix("deployment") == false })
    try client.requireHonestUsage()
  }

  private static func tryWithRoom(_ client: CheckedClient) throws {
    let count = try client.allDeployments().count
    // What was refused has taken no number.
    #expect(try client.deploy("after").at("id") == .int(count + 1))
    try client.change("complete", 1)
    #expect(try client.nextEvent()?.at("data", "deployment_id") == 1)
    try client.requireHonestUsage()
  }
}

/// A change that is refused for want of room, however much it takes until it is.
extension CheckedClient {
  func deployUntilRefused() throws -> Refused {
    let filler = JSONValue.string(String(repeating: "f", count: 2000))
    for _ in 0..<5000 {
      do { try deploy("filler", ["env": ["FILLER": filler]]) } catch let refused as Refused { return refused }
    }
    throw ContractBreach("never refused")
  }
}
