import JSON
import Logs
import TestSupport

/// Alice's cluster with a managed node, 1, of 2 cpu whose agent was heard; the test is agent and supervisor.
struct LogPlace {
  let sandbox: Sandbox
  let server: ServerProcess
  let alice: CheckedClient
  let token: String

  fileprivate init(_ sandbox: Sandbox, logLimit: Int?) throws {
    self.sandbox = sandbox
    var settings = ServerProcess.Settings()
    settings.logLimit = logLimit
    server = try sandbox.serve(settings)
    alice = try server.connect()
    try alice.signUp("alice")
    token = try alice.logIn("alice")
    try alice.createOrganization("acme")
    let node: JSONValue = ["name": "n1", "cpu": 2, "ram": 8, "gpu": 0, "managed": true]
    try alice.call("clusters.create", ["name": "lab", "nodes": [node]])
    try alice.sync([])
  }

  /// A deployment whose first attempt runs.
  func run() throws -> Int {
    let id = try alice.deploy("job", ["required_cpu": 1, "required_ram": 1]).at("id").int ?? 0
    try alice.sync([SyncEntry.entry(id, 1, "running")])
    return id
  }

  func end(_ id: Int, attempt: Int = 1, code: Int = 0) throws {
    try alice.sync([SyncEntry.entry(id, attempt, "exited", ["exit_code": .int(code)])])
  }

  func path(_ id: Int, attempt: Int = 1) -> String { "\(sandbox.data)/logs/\(id)/\(attempt).log" }

  func writer(_ id: Int, attempt: Int = 1) -> LogWriter {
    LogWriter(path: path(id, attempt: attempt), limitBytes: 64 << 20)
  }

  func logs(_ id: Int, _ more: JSONObject = [:]) throws -> JSONValue {
    try alice.call("deployments.logs", more.adding("deployment_id", .int(id)))
  }

  /// How often the server's loop has had something to do.
  var turns: Int { get throws { try alice.call("server.metrics").at("counters", "turns").int ?? 0 } }

  /// Another connection of Alice's.
  func client() throws -> CheckedClient {
    let client = try server.connect()
    try client.logIn("alice")
    return client
  }

  /// How a second server on the same directory listens.
  var secondSocket: ServerProcess.Settings {
    var settings = ServerProcess.Settings(.socket)
    settings.socket = sandbox.path + "/second.sock"
    return settings
  }
}

func withNode(logLimit: Int? = nil, _ body: (LogPlace) throws -> Void) throws {
  try withSandbox { try body(try LogPlace($0, logLimit: logLimit)) }
}

/// An agent's word on one attempt.
enum SyncEntry {
  static func entry(_ id: Int, _ attempt: Int, _ phase: JSONValue, _ more: JSONObject = [:]) -> JSONValue {
    let said: JSONObject = ["deployment_id": .int(id), "attempt": .int(attempt), "phase": phase]
    return .object(JSONObject(members: said.members + more.members))
  }
}
