import JSON
import TestSupport

/// Alice, who has a cluster `lab` whose nodes are managed, each with 2 cpu, 4 ram and 1 gpu, and speaks for their agents.
struct Managed {
  let sandbox: Sandbox
  let server: ServerProcess
  var alice: CheckedClient

  /// What an agent says of one attempt.
  static func entry(_ id: Int, _ attempt: Int, _ phase: JSONValue, _ more: JSONObject = [:]) -> JSONValue {
    let said: JSONObject = ["deployment_id": .int(id), "attempt": .int(attempt), "phase": phase]
    return .object(JSONObject(members: said.members + more.members))
  }

  /// Says what the agent of a node sees, and answers what it is told.
  @discardableResult
  func sync(_ observed: [JSONValue] = [], node: Int = 1) throws -> [JSONValue] {
    let params: JSONObject = ["node_id": .int(node), "observed": .array(observed)]
    return try alice.call("nodes.sync", params).at("desired").array ?? []
  }

  @discardableResult
  func exit(_ id: Int, _ attempt: Int = 1, _ code: JSONValue = 0, node: Int = 1) throws -> [JSONValue] {
    try sync([Self.entry(id, attempt, "exited", ["exit_code": code])], node: node)
  }

  /// Creates a deployment, and lets it run if it was placed.
  @discardableResult
  func deploy(priority: JSONValue, cpu: JSONValue = 2, _ more: JSONObject = [:]) throws -> Int {
    let usual: JSONObject = ["priority": priority, "required_cpu": cpu, "required_ram": 1]
    let made = try alice.deploy(JSONObject(members: usual.members + more.members))
    let id = made.at("id").int ?? 0
    if let node = made.at("node", "id").int {
      try sync([Self.entry(id, 1, "running")], node: node)
    }
    return id
  }

  func status(_ id: Int) throws -> String? { try alice.deployment(id).at("status").string }

  func reason(_ id: Int) throws -> String? { try alice.deployment(id).at("reason", "code").string }

  func explain(_ id: Int) throws -> JSONValue {
    try alice.call("deployments.explain", ["deployment_id": .int(id)])
  }

  /// How often something was recorded of a deployment.
  func count(_ type: String, of id: Int) throws -> Int {
    let events = try alice.call("events.list_all", ["limit": 1000]).at("events").array ?? []
    return events.count { $0.at("type").string == type && $0.at("data", "deployment_id").int == id }
  }
}

/// Their agents have been heard.
func withManaged(
  nodes: Int = 1, lease: Double? = nil, _ body: (inout Managed) throws -> Void
) throws {
  try withUnheard(nodes: nodes, lease: lease) { managed in
    for node in 1...nodes { try managed.sync(node: node) }
    try body(&managed)
  }
}

/// No agent has said a word yet.
func withUnheard(
  nodes: Int = 1, lease: Double? = nil, _ body: (inout Managed) throws -> Void
) throws {
  var settings = ServerProcess.Settings()
  settings.lease = lease
  try withSandbox { sandbox in
    let server = try sandbox.serve(settings)
    let alice = try server.connect()
    try alice.signUp("alice")
    try alice.createOrganization("acme")
    let all = (1...nodes).map { number -> JSONValue in
      ["name": .string("n\(number)"), "cpu": 2, "ram": 4, "gpu": 1, "managed": true]
    }
    try alice.call("clusters.create", ["name": "lab", "nodes": .array(all)])
    var managed = Managed(sandbox: sandbox, server: server, alice: alice)
    try body(&managed)
  }
}
