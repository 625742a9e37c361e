import JSON
import Model
import POSIX
import TestSupport

/// Alice with a server of her own, and a cluster of 8 cores named lab; what she runs is simulated afterwards.
struct RecordedServer {
  let sandbox: Sandbox
  let server: ServerProcess
  let alice: CheckedClient
  /// The organization's own.
  let code: String

  init(_ sandbox: Sandbox, snapshotAfter: Int? = nil) throws {
    self.sandbox = sandbox
    server = try sandbox.serve(.init(.socket, snapshotAfter: snapshotAfter))
    alice = try server.connect()
    try alice.signUp("alice")
    code = try alice.createOrganization("acme")
  }

  /// A deployment of so many cores; answers its id.
  func deploy(cpu: Int, priority: Int = 50, _ more: JSONObject = [:]) throws -> Int {
    let needs: JSONObject = ["required_cpu": .int(cpu), "priority": .int(priority)]
    return try alice.deploy("job", JSONObject(members: needs.members + more.members)).at("id").int ?? 0
  }

  func call(_ verb: String, _ id: Int, _ more: JSONObject = [:]) throws {
    try alice.call("deployments.\(verb)", more.adding("deployment_id", .int(id)))
  }

  /// Lets some milliseconds go by, so that what follows has another time than what was before.
  func passTime() throws {
    let start = SystemClock.wallMilliseconds()
    try eventually("time to go by") { SystemClock.wallMilliseconds() > start + 5 }
  }

  /// Milliseconds between two times of a deployment.
  func milliseconds(of id: Int, _ from: String, _ to: String) throws -> Int {
    let row = try alice.deployment(id)
    guard let start = row.at(from).string.flatMap({ Timestamp($0) }),
      let end = row.at(to).string.flatMap({ Timestamp($0) })
    else { throw ContractBreach("no \(from) or no \(to): \(row.text)") }
    return end.milliseconds - start.milliseconds
  }

  // MARK: - Simulated

  /// The figures, and what was said of the directory.
  func figures(_ words: String..., input: String = "") throws -> (json: JSONValue, note: String) {
    let run = try CommandRun(
      ["simulate", "--journal", sandbox.data, "--json"] + words, in: sandbox, input: input)
    guard run.code == 0 else { throw ContractBreach("it ended with \(run.code): \(run.errors)") }
    return (try JSONParser.parse(run.output), run.errors)
  }

  /// So many nodes of 8 cores, as a file of them says it.
  static func nodes(_ count: Int) -> String {
    "name,cpu,ram,gpu\n" + (1...count).map { "n\($0),8,64,1\n" }.joined()
  }
}
