import Glibc
import JSON
import TestSupport
import Testing

/// `nodes.sync`, by an agent that only says what it is told to say.
struct SyncTests {
  /// What an agent says of one attempt.
  private static func entry(_ id: Int, _ attempt: Int, _ phase: JSONValue, _ more: JSONObject = [:])
    -> JSONValue
  {
    Managed.entry(id, attempt, phase, more)
  }

  private static func exit(_ id: Int, _ attempt: Int, _ code: JSONValue, _ message: JSONValue = .null)
    -> JSONValue
  {
    entry(id, attempt, "exited", ["exit_code": code, "message": message])
  }

  /// Alice has a cluster whose one node, 1, is managed, with 2 cpu, 4 ram and 1 gpu.
  private static func withNode(
    lease: Double? = nil, _ body: (Sandbox, ServerProcess, CheckedClient) throws -> Void
  ) throws {
    try withUnheard(lease: lease) { try body($0.sandbox, $0.server, $0.alice) }
  }

  @Test func `a managed node takes work once its agent is heard, and says how far it is`() throws {
    try Self.withNode { _, _, alice in
      let waiting = try alice.deploy()
      #expect(waiting.at("status") == "pending")
      #expect(try alice.cluster().first("nodes").at("status") == "new")
      let first = try alice.sync([])
      #expect(first.first("desired").at("action") == "run")
      #expect(first.first("desired").at("phase") == "starting")
      #expect(try alice.deployment(1).at("status") == "starting")
      try alice.sync([Self.entry(1, 1, "running")])
      #expect(try alice.deployment(1).at("status") == "running")
      #expect(try alice.cluster().first("nodes").at("status") == "ready")
      let last = try alice.sync([Self.exit(1, 1, 0)])
      #expect(last.at("desired") == [])
      #expect(try alice.deployment(1).at("status") == "completed")
      // Said again it changes nothing, and is taken.
      let revision = try alice.cluster().at("revision")
      try alice.sync([Self.exit(1, 1, 0)])
      #expect(try alice.cluster().at("revision") == revision)
    }
  }

  @Test func `a waiting agent hears of new work at once, and of nothing that it knows`() throws {
    try Self.withNode { _, server, alice in
      let version = try alice.sync([]).at("version")
      let agent = try server.connect()
      try agent.logIn("alice")
      let wait: JSONObject = ["node_id": 1, "observed": [], "seen": version, "wait_seconds": 60]
      let waiting = try agent.send("nodes.sync", wait)
      try agent.call("server.ping")
      try alice.call("clusters.create", ["name": "other", "total_cpu": 1, "total_ram": 1, "total_gpu": 0])
      try alice.deploy("elsewhere", cluster: 2, ["required_cpu": 1, "required_ram": 1])
      try alice.deploy("here")
      let answer = try agent.answer(to: waiting, of: "nodes.sync")
      #expect(answer.first("desired").at("name") == "here")
    }
  }

  @Test func `whatever a cancelled or late attempt ends with, it is what was ordered`() throws {
    try Self.withNode { _, _, alice in
      try alice.sync([])
      try alice.deploy()
      try alice.sync([Self.entry(1, 1, "running")])
      let told = try alice.call("deployments.cancel", ["deployment_id": 1]).at("deployment")
      #expect(told.at("status") == "stopping")
      #expect(told.at("node", "id") == 1)
      let order = try alice.sync([Self.entry(1, 1, "running")]).first("desired")
      #expect(order.at("action") == "stop")
      #expect(order.at("reason", "code") == "cancelled")
      #expect(order.at("ordered_at") != .null)
      try alice.sync([Self.exit(1, 1, 0)])
      let cancelled = try alice.deployment(1)
      #expect(cancelled.at("status") == "cancelled")
      #expect(cancelled.at("exit_code") == 0)

      try alice.deploy(["max_duration": 0.2])
      try eventually("the order to stop") {
        try alice.sync([Self.entry(2, 1, "running")]).first("desired").at("reason", "code") == "deadline"
      }
      try alice.sync([Self.exit(2, 1, 0)])
      #expect(try alice.deployment(2).at("reason", "code") == "deadline")
    }
  }

  @Test func `a failure is tried again after a pause, and then told with what to do`() throws {
    try Self.withNode { _, _, alice in
      try alice.sync([])
      try alice.deploy(["retries": 1])
      let missing: JSONValue = "There is no file /srv/x on node n1: put it there."
      try alice.sync([Self.exit(1, 1, 127, missing)])
      let pausing = try alice.deployment(1)
      #expect(pausing.at("status") == "pending")
      #expect(pausing.at("reason", "code") == "retry")
      #expect(pausing.at("exit_code") == 127)
      #expect(pausing.at("message") == missing)
      #expect(try alice.sync([]).at("desired") == [])
      #expect(
        try alice.call("deployments.explain", ["deployment_id": 1]).at("estimate", "starts_at") != .null)
      try eventually("the second attempt") { try alice.deployment(1).at("attempt") == 2 }
      try alice.sync([Self.exit(1, 2, 127, missing)])
      let failed = try alice.deployment(1)
      #expect(failed.at("status") == "failed")
      #expect(failed.at("reason", "message").string?.contains("There is no file /srv/x") == true)
    }
  }

  @Test func `entries of attempts that are not current come back as stops and cost no heartbeat`() throws {
    try Self.withNode { _, _, alice in
      try alice.sync([])
      try alice.deploy()
      let answer = try alice.sync([Self.entry(1, 7, "running"), Self.entry(99, 1, "running")])
      let desired = answer.at("desired").array ?? []
      #expect(desired.map { $0.at("action") } == ["run", "stop", "stop"])
      #expect(desired[1].at("reason", "code") == "stale")
      #expect(try alice.deployment(1).at("status") == "starting")
    }
  }

  @Test func `only its agent says when a managed deployment is over`() throws {
    try Self.withNode { _, _, alice in
      try alice.sync([])
      try alice.deploy()
      let refused = try alice.refusal("deployments.complete", ["deployment_id": 1])
      #expect(refused.code == 1009)
      try alice.call("nodes.add", ["cluster_id": 1, "name": "u", "cpu": 1, "ram": 1, "gpu": 0])
      #expect(try alice.refusal("nodes.sync", ["node_id": 2, "observed": []]).code == 1009)
    }
  }

  @Test func `a second agent is refused while the first one's lease holds`() throws {
    try Self.withNode(lease: 1) { _, _, alice in
      try alice.sync([], ["agent_id": "first"])
      let second: JSONObject = ["node_id": 1, "observed": [], "agent_id": "second"]
      #expect(try alice.refusal("nodes.sync", second).code == 1009)
      try alice.sync([], ["agent_id": "first"])
      try eventually("the lease to pass") { (try? alice.call("nodes.sync", second)) != nil }
    }
  }

  @Test func `a silent agent loses its node, its work is tried again, and its late report is refused`() throws
  {
    try Self.withNode(lease: 1) { sandbox, _, alice in
      // Another process, which was there first, must not lose what this one hears.
      let beside = try sandbox.serve(.stdio).connect()
      try beside.logIn("alice")
      try alice.sync([])
      try alice.deploy()
      try alice.sync([Self.entry(1, 1, "running")])
      try eventually("the loss") { try alice.cluster().first("nodes").at("status") == "lost" }
      let lost = try beside.deployment(1)
      #expect(lost.at("status") == "pending")
      #expect(lost.at("reason", "code") != .null)
      let late = try beside.sync([Self.exit(1, 1, 0)])
      #expect(late.first("desired").at("attempt") == 2)
      #expect(try alice.deployment(1).at("status") == "starting")
    }
  }

  @Test func `a server that was stopped loses no node that is still there`() throws {
    try Self.withNode(lease: 1) { _, server, alice in
      try alice.sync([])
      try alice.deploy()
      try alice.sync([Self.entry(1, 1, "running")])
      server.signal(SIGSTOP)
      // As long as leases and their slack: what is waited for is that time itself.
      usleep(4_000_000)
      server.signal(SIGCONT)
      try alice.sync([Self.entry(1, 1, "running")])
      #expect(try alice.deployment(1).at("attempt") == 1)
      #expect(try alice.deployment(1).at("status") == "running")
    }
  }
}

extension CheckedClient {
  /// Says what an agent of node 1 sees, and answers what it is told.
  @discardableResult
  func sync(_ observed: [JSONValue], _ more: JSONObject = [:]) throws -> JSONValue {
    let params: JSONObject = ["node_id": 1, "observed": .array(observed)]
    return try call("nodes.sync", JSONObject(members: params.members + more.members))
  }
}

extension JSONValue {
  /// The first element of the array at `key`.
  fileprivate func first(_ key: String) -> JSONValue { at(key).array?.first ?? .null }
}
