import JSON
import POSIX
import TestSupport
import Testing

/// The table of reasons in the documentation: each made to happen on a real server, and its sentence held to what is
/// written.
struct ReasonTableTests {
  /// How each comes about; answers the deployment that has it. Bob asks, and Alice runs the cluster.
  static let scenes: [(code: String, play: @Sendable (Fixture) throws -> JSONValue)] = [
    ("insufficient_cpu", { try fill($0, ["required_cpu": 6], then: ["required_cpu": 4]) }),
    ("insufficient_ram", { try fill($0, ["required_ram": 12], then: ["required_ram": 8]) }),
    ("insufficient_gpu", { try fill($0, ["required_gpu": 0.75], then: ["required_gpu": 0.5]) }),
    ("gpu_fragmented", fragment), ("reserved_for", reserve), ("dependency", depend), ("quota", exceed),
    ("stopping_victims", clear),
    ("retry", retry), ("paused", pause), ("draining", drain), ("no_nodes", empty), ("cancelled", cancel),
    ("failed", fail),
    ("deadline", overrun), ("node_lost", loseNodes), ("dependency", lose),
  ]

  @Test func `every reason is in the table, word for word`() throws {
    var real: [String] = []
    for scene in Self.scenes {
      try withFixture { fixture in
        let deployment = try scene.play(fixture)
        #expect(deployment.at("reason", "code").string == scene.code, "\(deployment.text)")
        let sentence = deployment.at("reason", "message").string ?? ""
        real.append(
          "| `\(scene.code)` | \(deployment.at("status").string ?? "") | \(Self.timeless(sentence)) |")
      }
    }
    let written = try Self.table().map(Self.timeless)
    #expect(written == real, "the table ought to be:\n\(real.joined(separator: "\n"))")
  }

  private static func table() throws -> [String] {
    let package = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    let bytes = try #require(
      try FileDescriptor.contents(of: package + "/Sources/berth/Documentation.docc/Reasons.md"))
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    let start = try #require(lines.firstIndex(of: "<!-- reasons -->"))
    let end = try #require(lines[start...].firstIndex(of: "<!-- /reasons -->"))
    return lines[start..<end].filter { $0.hasPrefix("| `") }
  }

  /// With every time the same.
  private static func timeless(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      let isTime = word.utf8.count >= 24 && word.hasPrefix("20") && word.contains("T")
      return isTime ? "2026-03-02T10:11:00.000Z" + word.dropFirst(24) : String(word)
    }.joined(separator: " ")
  }

  // MARK: - Waiting

  private static func fill(_ fixture: Fixture, _ first: JSONObject, then second: JSONObject) throws
    -> JSONValue
  {
    try fixture.bob.deploy(first)
    return try fixture.bob.deploy(second)
  }

  private static func fragment(_ fixture: Fixture) throws -> JSONValue {
    try fixture.alice.createCluster("farm", gpu: 2)
    for _ in 1...2 { try fixture.bob.deploy(cluster: 2, gpu: 0.6) }
    return try fixture.bob.deploy(cluster: 2, gpu: 0.8)
  }

  private static func reserve(_ fixture: Fixture) throws -> JSONValue {
    try fixture.bob.deploy(["required_cpu": 6, "max_duration": 3600])
    try fixture.bob.deploy(["required_cpu": 7])
    return try fixture.bob.deploy(["required_cpu": 2])
  }

  private static func depend(_ fixture: Fixture) throws -> JSONValue {
    try fixture.bob.deploy()
    return try fixture.bob.deploy(["depends_on": [1]])
  }

  private static func exceed(_ fixture: Fixture) throws -> JSONValue {
    try fixture.alice.call("organizations.update", ["limits": ["user_cpu": 2]])
    for _ in 1...2 { try fixture.bob.deploy() }
    return try fixture.bob.deploy()
  }

  private static func pause(_ fixture: Fixture) throws -> JSONValue {
    try fixture.alice.call("clusters.update", ["cluster_id": 1, "paused": true])
    return try fixture.bob.deploy()
  }

  private static func drain(_ fixture: Fixture) throws -> JSONValue {
    try fixture.alice.call("nodes.update", ["node_id": 1, "drain": true])
    return try fixture.bob.deploy()
  }

  private static func empty(_ fixture: Fixture) throws -> JSONValue {
    _ = try pause(fixture)
    try fixture.alice.call("nodes.remove", ["node_id": 1])
    try fixture.alice.call("clusters.update", ["cluster_id": 1, "paused": false])
    return try fixture.bob.deployment(1)
  }

  /// A cluster whose one node has an agent, on which Bob has a deployment run.
  private static func runManaged(_ fixture: Fixture, retries: Int = 0) throws {
    let node: JSONValue = ["name": "n1", "cpu": 2, "ram": 4, "gpu": 0, "managed": true]
    try fixture.alice.call("clusters.create", ["name": "farm", "nodes": [node]])
    try fixture.alice.call("nodes.sync", ["node_id": 2, "observed": []])
    try fixture.bob.deploy(cluster: 2, ["required_cpu": 2, "retries": .int(retries)])
  }

  /// Asked in the batch that reports the failure, as the retry comes soon.
  private static func retry(_ fixture: Fixture) throws -> JSONValue {
    try runManaged(fixture, retries: 1)
    let end: JSONValue = ["deployment_id": 1, "attempt": 1, "phase": "exited", "exit_code": 3]
    let answers = try fixture.alice.batch([
      ("nodes.sync", ["node_id": 2, "observed": [end]]), ("deployments.get", ["deployment_id": 1]),
    ])
    return try answers[1].get().at("deployment")
  }

  private static func clear(_ fixture: Fixture) throws -> JSONValue {
    try runManaged(fixture)
    return try fixture.alice.deploy(cluster: 2, ["priority": 95])
  }

  // MARK: - Over

  private static func cancel(_ fixture: Fixture) throws -> JSONValue {
    try fixture.bob.deploy()
    return try fixture.bob.change("cancel", 1)
  }

  private static func fail(_ fixture: Fixture) throws -> JSONValue {
    try fixture.bob.deploy()
    return try fixture.bob.change("fail", 1, ["exit_code": 3, "message": "out of memory"])
  }

  private static func overrun(_ fixture: Fixture) throws -> JSONValue {
    try fixture.bob.deploy(["max_duration": 0.25])
    return try fixture.bob.call("deployments.get", ["deployment_id": 1, "wait_seconds": 20]).at("deployment")
  }

  private static func loseNodes(_ fixture: Fixture) throws -> JSONValue {
    try runManaged(fixture)
    for attempt in 1...6 {
      let end: JSONValue = [
        "deployment_id": 1, "attempt": .int(attempt), "phase": "exited", "fenced": true,
      ]
      try fixture.alice.call("nodes.sync", ["node_id": 2, "observed": [end]])
    }
    return try fixture.bob.deployment(1)
  }

  private static func lose(_ fixture: Fixture) throws -> JSONValue {
    _ = try depend(fixture)
    try fixture.bob.change("cancel", 1)
    return try fixture.bob.deployment(2)
  }
}
