import Glibc
import JSON
import POSIX
import TestSupport

/// Alice's cluster, whose nodes have real agents, and programs for them to run.
final class AgentFixture {
  let sandbox: Sandbox
  let server: ServerProcess
  let alice: CheckedClient
  /// Who the agents are.
  let token: String
  private(set) var agents: [AgentProcess] = []

  /// What a test's nodes have, each.
  static let capacity: JSONObject = ["cpu": 4, "ram": 8, "gpu": 2]

  fileprivate init(
    _ sandbox: Sandbox, _ way: AgentProcess.Way, nodes: [String], lease: Double?, capacity: JSONObject,
    agentWords: [String]
  ) throws {
    self.sandbox = sandbox
    var settings = ServerProcess.Settings()
    settings.lease = lease
    server = try sandbox.serve(settings)
    alice = try server.connect()
    try alice.signUp("alice")
    try alice.createOrganization("acme")
    let rows = nodes.map { name in
      JSONValue.object(
        JSONObject(members: [.init("name", .string(name)), .init("managed", true)] + capacity.members))
    }
    try alice.call("clusters.create", ["name": "lab", "nodes": .array(rows)])
    let made = try alice.call("tokens.create", ["name": "agents", "scope": "agent"])
    token = made.at("token", "text").string ?? ""
    for node in nodes {
      agents.append(try AgentProcess(way, node: node, token: token, in: sandbox, lease: lease, agentWords))
    }
    for (place, node) in nodes.enumerated() {
      try eventually("the agent of \(node): \(agents[place].log)") {
        try alice.cluster().at("nodes").array?[place].at("status") == "ready"
      }
    }
  }

  var agent: AgentProcess { agents[0] }

  /// An executable script; answers its path.
  func script(_ name: String, _ lines: String, shell: String = "/bin/sh") throws -> String {
    let path = sandbox.path + "/" + name
    try Directory.replace(path, with: Array("#!\(shell)\n\(lines)\n".utf8), durably: false)
    chmod(path, 0o755)
    return path
  }

  /// Creates a deployment that runs `image`, and answers its id.
  func deploy(_ image: String, _ command: [String] = [], _ more: JSONObject = [:]) throws -> Int {
    let request: JSONObject = [
      "image_path": .string(image), "command": .array(command.map(JSONValue.string)), "required_cpu": 0.5,
      "required_ram": 0.25, "required_gpu": 0,
    ]
    let members = request.members.filter { more[$0.key] == nil } + more.members
    return try alice.deploy("job", JSONObject(members: members)).at("id").int ?? 0
  }

  @discardableResult
  func wait(_ id: Int, until status: String, within seconds: Double = patience) throws -> JSONValue {
    try wait(id, "deployment \(id) \(status)", within: seconds) { $0.at("status") == .string(status) }
  }

  @discardableResult
  func wait(
    _ id: Int, _ what: String, within seconds: Double = patience, _ condition: (JSONValue) throws -> Bool
  ) throws -> JSONValue {
    var row = JSONValue.null
    do {
      try eventually(within: seconds, what) {
        row = try alice.deployment(id)
        return try condition(row)
      }
    } catch { throw ContractBreach("\(error); it is \(row.text)") }
    return row
  }

  /// Waits for its end, whatever that is.
  func end(_ id: Int, within seconds: Double = patience) throws -> JSONValue {
    try wait(id, "the end of deployment \(id)", within: seconds) { $0.at("finished_at") != .null }
  }

  /// All that an attempt wrote, as `deployments.logs` has it.
  func output(_ id: Int, attempt: Int = 1) throws -> String {
    let params: JSONObject = ["deployment_id": .int(id), "attempt": .int(attempt)]
    return try alice.call("deployments.logs", params).at("text").string ?? ""
  }

  /// The lines of a file that programs write; none while it is not there.
  func lines(_ name: String) -> [String] {
    let bytes = (try? FileDescriptor.contents(of: sandbox.path + "/" + name)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Cancels what is live, ends the agents, and sees that nothing is left.
  fileprivate func close() throws {
    for agent in agents where try agent.process.poll() != nil { try agent.restart() }
    let client = try server.connect()
    try client.logIn("alice")
    let live = try client.allDeployments().filter { $0.at("finished_at") == .null }
    for deployment in live {
      _ = try? client.call("deployments.cancel", ["deployment_id": deployment.at("id")])
    }
    for deployment in live {
      let params: JSONObject = ["deployment_id": deployment.at("id"), "wait_seconds": 30]
      _ = try client.call("deployments.get", params)
    }
    for agent in agents {
      try agent.stop()
      try eventually("nothing left of \(agent.node)") { agent.remains.isEmpty }
    }
    guard try client.cluster().at("used_cpu") == 0 else { throw ContractBreach("something is used still") }
  }

  /// However the test ended: no process of it goes on.
  fileprivate func abandon() {
    for agent in agents {
      agent.signal(SIGCONT)
      agent.signal(SIGKILL)
      for id in agent.remains { Glibc.kill(id, SIGKILL) }
    }
  }
}

/// `preparing` comes before the server and the agents.
func withAgentFixture(
  _ way: AgentProcess.Way = .socket, nodes: [String] = ["n1"], lease: Double? = nil,
  capacity: JSONObject = AgentFixture.capacity, agentWords: [String] = [],
  preparing: (Sandbox) throws -> Void = { _ in }, _ body: (AgentFixture) throws -> Void
) throws {
  try withSandbox { sandbox in
    try preparing(sandbox)
    var made: AgentFixture?
    defer { made?.abandon() }
    let fixture = try AgentFixture(
      sandbox, way, nodes: nodes, lease: lease, capacity: capacity, agentWords: agentWords)
    made = fixture
    do {
      try body(fixture)
      try fixture.close()
    } catch {
      throw ContractBreach("\(error)\nThe agents said:\n\(fixture.agents.map(\.log).joined())")
    }
  }
}
