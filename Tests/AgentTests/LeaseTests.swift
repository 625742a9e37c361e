import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// Agents that fall silent: their work is fenced, and done elsewhere.
struct LeaseTests {
  static let work = """
    echo "start $BERTH_DEPLOYMENT.$BERTH_ATTEMPT $(date +%s%N)" >> "$1/spans"
    i=0
    while [ ! -e "$1/go" ]; do echo "$BERTH_DEPLOYMENT.$BERTH_ATTEMPT $(date +%s%N)" >> "$1/alive-$BERTH_ATTEMPT"; sleep 0.02; done
    echo "end $BERTH_DEPLOYMENT.$BERTH_ATTEMPT" >> "$1/spans"
    """

  @Test func `a stopped agent's work is fenced before it is run elsewhere, and its late report refused`()
    throws
  {
    try withAgentFixture(nodes: ["n1", "n2"], lease: 2) { fixture in
      let program = try fixture.script("work", Self.work)
      let id = try fixture.deploy(program, [fixture.sandbox.path])
      let node = try fixture.wait(id, until: "running").at("node", "name")
      let silent = try #require(fixture.agents.first { .string($0.node) == node })
      silent.signal(SIGSTOP)
      let row = try fixture.wait(id, "its second attempt") {
        $0.at("attempt") == 2 && $0.at("status") == "running"
      }
      #expect(row.at("node", "name") != node)
      #expect(row.at("preemptions") == 0)
      let lost = try fixture.alice.cluster().at("nodes").array?.first { $0.at("name") == node }
      #expect(lost?.at("status") == "lost")
      try eventually("its first line") { fixture.lines("spans").count == 2 }
      // The first attempt has been dead since before the second began.
      let second = try #require(fixture.lines("spans").last?.split(separator: " ").last.flatMap { Int($0) })
      let lastSign = try #require(
        fixture.lines("alive-1").last?.split(separator: " ").last.flatMap { Int($0) })
      #expect(lastSign < second)
      silent.signal(SIGCONT)
      try eventually("the node again") {
        try fixture.alice.cluster().at("nodes").array?.first { $0.at("name") == node }?.at("status")
          == "ready"
      }
      // Its late word of the first attempt changed nothing.
      let now = try fixture.alice.deployment(id)
      #expect(now.at("attempt") == 2)
      #expect(now.at("status") == "running")
      _ = try fixture.script("go", "")
      #expect(try fixture.end(id).at("status") == "completed")
      #expect(
        fixture.lines("spans").map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
          "start \(id).1", "start \(id).2", "end \(id).2",
        ])
    }
  }

  @Test func `without server and agent for longer than a lease nothing runs on, and it is done again after`()
    throws
  {
    try withAgentFixture(lease: 3) { fixture in
      let program = try fixture.script("work", Self.work)
      let id = try fixture.deploy(program, [fixture.sandbox.path])
      try fixture.wait(id, until: "running")
      try fixture.agent.kill()
      try fixture.server.kill()
      try eventually("its fencing") { fixture.agent.remains.isEmpty }
      try fixture.server.restart()
      try fixture.agent.restart()
      _ = try fixture.script("go", "")
      let client = try fixture.server.connect()
      try client.logIn("alice")
      let params: JSONObject = ["deployment_id": .int(id), "wait_seconds": 30]
      let row = try client.call("deployments.get", params).at("deployment")
      #expect(row.at("status") == "completed")
      #expect(row.at("attempt") == 2)
      #expect(fixture.lines("spans").filter { $0.hasPrefix("start") }.count == 2)
    }
  }

  @Test func `another agent of the same node is kept out while the first one's lease holds`() throws {
    try withAgentFixture { fixture in
      let other = try AgentProcess(
        .pipe, node: "n1", token: fixture.token, in: fixture.sandbox, name: "other")
      defer { _ = try? other.stop() }
      try eventually("its refusal: \(other.log)") { other.log.contains("is served by another agent") }
      let program = try fixture.script("mark", "echo $BERTH_DEPLOYMENT >> \"$1\"")
      let ids = try (0..<5).map { _ in try fixture.deploy(program, [fixture.sandbox.path + "/marks"]) }
      for id in ids { #expect(try fixture.end(id).at("status") == "completed") }
      #expect(fixture.lines("marks").sorted() == ids.map { "\($0)" })
    }
  }
}
