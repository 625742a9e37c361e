import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// Agents and servers killed at random while work runs.
///
/// `BERTH_CHAOS_KILLS` says how often; the seed is printed.
@Suite(.serialized)
struct ChaosTests {
  private static var kills: Int { ThisProcess.environment("BERTH_CHAOS_KILLS").flatMap { Int($0) } ?? 30 }

  /// Says when it starts and when it ends, in lines that are written whole.
  private static let work = """
    echo "start $BERTH_DEPLOYMENT.$BERTH_ATTEMPT" >> "$1/log"
    sleep $2
    echo "end $BERTH_DEPLOYMENT.$BERTH_ATTEMPT" >> "$1/log"
    echo "said by $BERTH_DEPLOYMENT"
    exit $3
    """

  @Test(arguments: AgentProcess.Way.allCases)
  func `each attempt runs exactly once, whoever is killed`(_ way: AgentProcess.Way) throws {
    let seed = UInt64(SystemClock.wallMilliseconds())
    print("chaos over \(way): seed \(seed), \(Self.kills) kills")
    var random = SeededRandom(seed: seed)
    try withAgentFixture(way) { fixture in
      let program = try fixture.script("work", Self.work)
      var codes: [Int: Int] = [:]
      var creator = Creator(fixture)
      for kill in 0..<Self.kills {
        for _ in 0..<Int.random(in: 0...2, using: &random) {
          let code = Int.random(in: 0...3, using: &random) == 0 ? 5 : 0
          let seconds = "0.\(Int.random(in: 0...9, using: &random))"
          codes[
            try creator.deploy(program, [fixture.sandbox.path, seconds, "\(code)"], key: "\(codes.count)")] =
            code
        }
        SystemClock.sleep(nanoseconds: Int.random(in: 0...60_000_000, using: &random))
        try Self.strike(kill, fixture, &random)
      }
      for (id, code) in codes {
        let row = try creator.end(id)
        #expect(row.at("exit_code") == .int(code), "deployment \(id), seed \(seed)")
        #expect(row.at("attempt") == 1, "deployment \(id), seed \(seed)")
        #expect(row.at("status") == (code == 0 ? "completed" : "failed"), "deployment \(id), seed \(seed)")
        #expect(try creator.output(id) == "said by \(id)\n", "deployment \(id), seed \(seed)")
      }
      let expected = codes.keys.flatMap { ["start \($0).1", "end \($0).1"] }
      #expect(fixture.lines("log").sorted() == expected.sorted(), "seed \(seed)")
    }
  }

  private static func strike(_ number: Int, _ fixture: AgentFixture, _ random: inout SeededRandom) throws {
    let kind = Int.random(in: 0..<3, using: &random)
    if kind != 1 {
      if Bool.random(using: &random), let carried = fixture.agent.carriedServer {
        Glibc.kill(carried, SIGKILL)
      }
      try fixture.agent.kill()
      try fixture.agent.restart()
    }
    if kind != 0 {
      if let carried = fixture.agent.carriedServer { Glibc.kill(carried, SIGKILL) }
      try fixture.server.kill()
      try fixture.server.restart()
    }
  }
}

/// A client of a server that may be gone at any moment; what is asked twice happens once.
private struct Creator {
  private let fixture: AgentFixture
  private var client: CheckedClient?

  init(_ fixture: AgentFixture) { self.fixture = fixture }

  private mutating func insisting<T>(_ body: (CheckedClient) throws -> T) throws -> T {
    for _ in 0..<200 {
      do {
        if client == nil {
          let fresh = try fixture.server.connect()
          try fresh.logIn("alice")
          client = fresh
        }
        return try body(client!)
      } catch let refused as Refused {
        throw refused
      } catch {
        client = nil
      }
    }
    throw ContractBreach("the server stays away")
  }

  mutating func deploy(_ image: String, _ command: [String], key: String) throws -> Int {
    let request = CheckedClient.request(
      "job",
      [
        "image_path": .string(image), "command": .array(command.map(JSONValue.string)), "required_cpu": 0.5,
        "required_ram": 0.25, "request_key": .string(key),
      ])
    return try insisting { try $0.call("deployments.create", request).at("deployment", "id").int ?? 0 }
  }

  mutating func end(_ id: Int) throws -> JSONValue {
    let params: JSONObject = ["deployment_id": .int(id), "wait_seconds": 60]
    return try insisting { try $0.call("deployments.get", params).at("deployment") }
  }

  mutating func output(_ id: Int) throws -> String {
    try insisting { try $0.call("deployments.logs", ["deployment_id": .int(id)]).at("text").string ?? "" }
  }
}
