import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// Leases: a node and its attempts are one agent's at a time, whatever storage does meanwhile.
struct NodeLeaseTests {
  private static func sync(_ agent: String) -> JSONObject {
    ["node_id": 1, "observed": [], "agent_id": .string(agent)]
  }

  /// The deployments and attempts that an agent is told to run.
  private static func orders(_ client: CheckedClient, _ agent: String) throws -> [[JSONValue]] {
    let desired = try client.call("nodes.sync", sync(agent)).at("desired").array ?? []
    return desired.filter { $0.at("action") == "run" }.map { [$0.at("deployment_id"), $0.at("attempt")] }
  }

  @Test(.needs(.smallDisk))
  func `what was given to an agent is given to no other, though its loss cannot be recorded at first`() throws
  {
    try withSandbox { sandbox in
      let disk = try SmallDisk(at: sandbox.path + "/disk", in: sandbox)
      var settings = ServerProcess.Settings()
      settings.lease = 1
      let server = try sandbox.serve(settings, data: disk.path + "/data")
      defer { try? server.kill() }
      let alice = try server.connect()
      try alice.signUp("alice")
      try alice.createOrganization("acme")
      let node: JSONValue = ["name": "n1", "cpu": 2, "ram": 4, "gpu": 1, "managed": true]
      try alice.call("clusters.create", ["name": "lab", "nodes": [node]])
      try alice.deploy()
      #expect(try Self.orders(alice, "first") == [[1, 1]])
      let beside = try server.connect()
      try beside.logIn("alice")
      try disk.fill()
      _ = try alice.deployUntilRefused()
      // As long as the lease and its slack: that time itself is waited for, as nothing can be recorded of it.
      try eventually("the first agent's lease to pass") {
        try alice.refusal("nodes.sync", Self.sync("second")).code == 1050
      }
      // Two that come at once, in one turn: what the one has lost for the other is not on disk.
      server.signal(SIGSTOP)
      let takers = try zip([beside, alice], ["third", "second"]).map { client, agent in
        (client, try client.send("nodes.sync", Self.sync(agent)))
      }
      server.signal(SIGCONT)
      for (client, id) in takers {
        let refused = #expect(throws: Refused.self) { try client.answer(to: id, of: "nodes.sync") }
        #expect(refused?.code == 1050)
      }
      for _ in 1...3 { #expect(try alice.refusal("nodes.sync", Self.sync("second")).code == 1050) }
      try disk.makeRoom()
      var told: [[JSONValue]] = []
      try eventually("orders for the second agent") {
        told = (try? Self.orders(alice, "second")) ?? []
        return !told.isEmpty
      }
      #expect(told == [[1, 2]])
    }
  }

  @Test func `another agent that takes a node over is given a new attempt, in its first answer`() throws {
    try withUnheard(lease: 1) { lab in
      try lab.alice.deploy()
      #expect(try Self.orders(lab.alice, "first") == [[1, 1]])
      // A process that has listened for less than a lease: it loses no node by itself before the second agent comes.
      let beside = try lab.sandbox.serve(.stdio).connect()
      try beside.logIn("alice")
      var told: [[JSONValue]] = []
      try eventually("the lease to pass") {
        told = (try? Self.orders(beside, "second")) ?? []
        return !told.isEmpty
      }
      #expect(told == [[1, 2]])
      #expect(try lab.count("node.lost", ofNode: 1) == 1)
      #expect(try lab.alice.refusal("nodes.sync", Self.sync("first")).code == 1009)
    }
  }

  @Test func `a lease that cannot be written refuses its caller alone`() throws {
    try withUnheard { lab in
      try Directory.makePath(lab.sandbox.path + "/data/leases/1.json")
      let replies = try lab.alice.batch([
        ("nodes.sync", Self.sync("first")), ("deployments.create", CheckedClient.request()),
        ("server.ping", [:]),
      ])
      guard case .failure(let refused) = replies[0] else {
        Issue.record("\(replies[0])")
        return
      }
      #expect(refused.code == 1050 && refused.message.contains("leases/1.json"), "\(refused)")
      #expect(try replies[1].get().at("deployment", "id") == 1)
      #expect(throws: Never.self) { try replies[2].get() }
    }
  }
}

extension Managed {
  fileprivate func count(_ type: String, ofNode node: Int) throws -> Int {
    let events = try alice.call("events.list_all", ["limit": 1000]).at("events").array ?? []
    return events.count { $0.at("type").string == type && $0.at("data", "node_id").int == node }
  }
}
