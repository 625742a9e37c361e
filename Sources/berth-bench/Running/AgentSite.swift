import JSON
import POSIX

/// A server with agents that run what is created: real processes of the binary that is measured.
final class AgentSite {
  let site: Site
  let program: Program
  let agents: [ChildProcess]
  private let wire: Wire
  private(set) var created = 0

  /// Runs `body` once all agents are there; ends them after it.
  static func with<T>(
    _ directory: String, nodes: [String] = ["node"], cores: Int, words: [String] = [],
    environment: [String: String] = [:], _ body: (AgentSite) throws -> T
  ) throws -> T {
    let site = try Seed.managed(directory, nodes: nodes, cores: cores)
    return try Program.berth(directory) { program in
      let variables = ThisProcess.environment.merging(["BERTH_TOKEN": site.token]) { $1 }
        .merging(environment) { $1 }
      let agents = try nodes.map { node in
        try Children.start(
          try Program.path(of: "berth"), ["agent", "--data", directory, "--node", node] + words,
          environment: variables, output: .null, errors: .null)
      }
      let made = AgentSite(site, program, agents, try site.connect(program))
      defer {
        made.cancelAll()
        for agent in agents { Children.end(agent) }
      }
      try made.waitUntil("the agents are there") { cluster in
        (cluster["nodes"]?.array ?? []).allSatisfy { $0["status"] == "ready" }
      }
      return try body(made)
    }
  }

  private init(_ site: Site, _ program: Program, _ agents: [ChildProcess], _ wire: Wire) {
    self.site = site
    self.program = program
    self.agents = agents
    self.wire = wire
  }

  /// A line that creates a deployment of one core (or so) that runs `image`.
  func creation(_ image: String, _ command: [String], cores: Int = 1000) -> [UInt8] {
    Site.line(
      "deployments.create",
      [
        "name": "bench", "image_path": .string(image), "command": .array(command.map(JSONValue.string)),
        "cluster_id": .int(site.cluster.rawValue), "required_cpu": .number(JSONNumber(thousandths: cores)),
        "required_ram": 0, "required_gpu": 0, "grace_seconds": 5,
      ])
  }

  /// Creates it, and answers where its first attempt's output is kept.
  func create(_ line: [UInt8]) throws -> String {
    try wire.call(line)
    created += 1
    return "\(site.directory)/logs/\(created)/1.log"
  }

  /// Creates as many at once, pipelined.
  func create(_ count: Int, _ line: [UInt8]) throws {
    let flight = try Flight(program, connections: 1, in: 64, line, logIn: site.logIn)
    try flight.run(requests: count)
    created += count
  }

  func waitUntil(_ what: String, _ condition: (JSONValue) -> Bool) throws {
    let deadline = SystemClock.monotonicNanoseconds() + 120_000_000_000
    while true {
      try wire.call(site.clusterGet())
      if let cluster = try JSONParser.parse(wire.received)["result"]?["cluster"], condition(cluster) {
        return
      }
      guard SystemClock.monotonicNanoseconds() < deadline else { throw BenchFailure("never: \(what)") }
      SystemClock.sleep(nanoseconds: 1_000_000)
    }
  }

  func waitUntilIdle() throws {
    try waitUntil("all have ended") { $0["pending"] == 0 && $0["running"] == 0 }
  }

  private func cancelAll() {
    for id in 0..<created {
      _ = try? wire.call(Site.line("deployments.cancel", ["deployment_id": .int(id + 1)]))
    }
    try? waitUntilIdle()
  }
}
