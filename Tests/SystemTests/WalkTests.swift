import JSON
import RPC
import TestSupport
import Testing

/// The whole of it as a newcomer walks it, the same over every transport and framing.
struct WalkTests {
  struct Wire: Sendable, CustomTestStringConvertible {
    let way: ServerProcess.Way
    let framing: Framing

    var testDescription: String { "\(way), \(framing)" }
  }

  static let wires = ServerProcess.Way.allCases.flatMap { way in
    [Framing.lines, .contentLength].map { Wire(way: way, framing: $0) }
  }

  @Test(arguments: wires)
  func `two users share a cluster, wait with a reason, and preempt`(wire: Wire) throws {
    try withSandbox { sandbox in
      let server = try sandbox.serve(wire.way)
      let client = try server.connect(framing: wire.framing)
      let bob = try enter(client)
      let alice: JSONObject = ["token": .string(try client.logIn("alice"))]
      let first = try client.deploy("first", gpu: 0.5, bob)
      let second = try client.deploy("second", gpu: 0.5, bob)
      #expect(first.at("status") == "running" && second.at("status") == "running")
      #expect(first.at("gpus") == [["index": 0, "share": 0.5]])
      try client.requireHonestUsage()

      let third = try client.deploy("third", gpu: 0.5, bob)
      #expect(third.at("status") == "pending")
      #expect(third.at("reason", "code") == "insufficient_gpu")
      #expect(third.at("reason", "message").string?.contains("0.5 GPU") == true)
      try client.requireHonestUsage()
      let all = try client.allDeployments()
      #expect(all.map { $0.at("status") } == ["running", "running", "pending"])

      try client.call("deployments.complete", bob.adding("deployment_id", 1))
      #expect(try client.deployment(3).at("status") == "running")
      #expect(try client.deployment(3).at("reason") == .null)
      try client.requireHonestUsage()

      let urgent = try client.deploy("urgent", gpu: 1, alice.adding("priority", 90))
      #expect(urgent.at("status") == "running")
      for victim in [2, 3] {
        let row = try client.deployment(victim)
        #expect(row.at("status") == "pending" && row.at("preemptions") == 1)
        #expect(row.at("reason", "code").string != nil && row.at("gpus") == [])
      }
      try client.requireHonestUsage()
      try end(server, wire.way)
    }
  }

  /// Two users and a cluster of 8 cpu, 16 ram and 1 gpu; answers bob's token as params.
  private func enter(_ client: CheckedClient) throws -> JSONObject {
    try client.signUp("alice")
    let code = try client.createOrganization("acme")
    try client.createCluster()
    try client.signUp("bob")
    let joined = try client.call("auth.join_organization", ["code": .string(code)])
    #expect(joined.at("role") == "member")
    return ["token": .string(try client.logIn("bob"))]
  }

  private func end(_ server: ServerProcess, _ way: ServerProcess.Way) throws {
    #expect(try server.stop() == .exited(code: 0))
    #expect(server.log == "")
  }
}
