import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// Agents whose files, servers, tokens or nodes are taken from under them.
struct AgentLifeTests {
  private static let noted = """
    echo "start $BERTH_ATTEMPT" >> "$1/runs"
    while [ ! -e "$1/go" ]; do echo "$BERTH_ATTEMPT $(date +%s%N)" > "$1/alive-$BERTH_ATTEMPT"; sleep 0.02; done
    echo "end $BERTH_ATTEMPT $(date +%s%N)" >> "$1/runs"
    """

  private static func end(of agent: AgentProcess, within seconds: Double = patience) throws
    -> ChildProcess.End
  {
    var end: ChildProcess.End?
    try eventually(within: seconds, "the end of the agent: \(agent.log)") {
      end = try agent.process.poll()
      return end != nil
    }
    return end ?? .killed(signal: 0)
  }

  @Test func `an agent whose state is removed ends, and its work is done again when the first is over`()
    throws
  {
    try withAgentFixture(lease: 2) { fixture in
      let program = try fixture.script("noted", Self.noted)
      let id = try fixture.deploy(program, [fixture.sandbox.path])
      try eventually("its start") { fixture.lines("runs") == ["start 1"] }
      try Directory.removeTree(fixture.agent.state)
      #expect(try Self.end(of: fixture.agent) == .exited(code: 1))
      #expect(fixture.agent.log.contains("was removed while it ran: start it anew"))
      try fixture.agent.restart()
      try Self.requireSecondAttempt(of: id, fixture)
    }
  }

  @Test func `an attempt whose files are removed is done again when the first is over`() throws {
    try withAgentFixture(lease: 3) { fixture in
      let program = try fixture.script("noted", Self.noted)
      let id = try fixture.deploy(program, [fixture.sandbox.path])
      try eventually("its start") { fixture.lines("runs") == ["start 1"] }
      try fixture.wait(id, until: "running")
      try fixture.agent.kill()
      for name in try Directory(fixture.agent.state).names() {
        try Directory.removeTree("\(fixture.agent.state)/\(name)/attempts/\(id).1")
      }
      try fixture.agent.restart()
      try Self.requireSecondAttempt(of: id, fixture)
    }
  }

  private static func requireSecondAttempt(of id: Int, _ fixture: AgentFixture) throws {
    try fixture.wait(id, "its second attempt") { $0.at("attempt") == 2 && $0.at("status") == "running" }
    let last = try FileDescriptor.contents(of: fixture.sandbox.path + "/alive-1")
    try eventually("its second start") { fixture.lines("runs") == ["start 1", "start 2"] }
    // Nothing of the first has lived since.
    #expect(try FileDescriptor.contents(of: fixture.sandbox.path + "/alive-1") == last)
    _ = try fixture.script("go", "")
    #expect(try fixture.end(id).at("status") == "completed")
    #expect(fixture.lines("runs").map { $0.prefix(7) } == ["start 1", "start 2", "end 2 1"])
  }

  @Test func `another agent takes a node over once the first one's work is fenced`() throws {
    try withAgentFixture(lease: 2) { fixture in
      let program = try fixture.script("noted", Self.noted)
      let id = try fixture.deploy(program, [fixture.sandbox.path])
      try eventually("its start") { fixture.lines("runs") == ["start 1"] }
      try fixture.agent.kill()
      let other = try AgentProcess(
        .pipe, node: "n1", token: fixture.token, in: fixture.sandbox, name: "other", lease: 2)
      defer {
        _ = try? other.stop()
        for id in other.remains { Glibc.kill(id, SIGKILL) }
      }
      try Self.requireSecondAttempt(of: id, fixture)
      try other.stop()
      try fixture.agent.restart()
      try eventually("its node again") {
        try fixture.end(fixture.deploy("/bin/true")).at("status") == "completed"
      }
    }
  }

  /// More than a user has inotify instances, and than one message holds the checkpoints of.
  @Test func `many attempts run at once, whatever they have to say`() throws {
    // The lease is not what is tested: a machine that has other work too must not lose it.
    try withAgentFixture(lease: 60, capacity: ["cpu": 4, "ram": 80, "gpu": 0]) { fixture in
      let program = try fixture.script(
        "checkpoint",
        """
        printf '%s %04000d\\n' "$BERTH_DEPLOYMENT" 0 > "$BERTH_CHECKPOINT_FILE"
        echo ran >> "$1/runs"
        while [ ! -e "$1/go" ]; do sleep 0.5; done
        """)
      let ids = try (0..<270).map { _ in
        try fixture.deploy(program, [fixture.sandbox.path], ["required_cpu": 0.01, "required_ram": 0.1])
      }
      for id in ids {
        try fixture.wait(id, "the checkpoint of \(id)") { row in
          row.at("checkpoint").string?.hasPrefix("\(id) 000") == true
        }
      }
      _ = try fixture.script("go", "")
      for id in ids { #expect(try fixture.end(id).at("status") == "completed") }
      #expect(fixture.lines("runs").count == 270)
    }
  }

  @Test func `an agent whose token is revoked says so and ends; its work goes on until its lease passes`()
    throws
  {
    try withAgentFixture(lease: 2) { fixture in
      let program = try fixture.script("noted", Self.noted)
      let id = try fixture.deploy(program, [fixture.sandbox.path])
      try eventually("its start") { fixture.lines("runs") == ["start 1"] }
      let tokens = try fixture.alice.call("tokens.list_all").at("tokens").array ?? []
      let token = try #require(tokens.first { $0.at("name") == "agents" })
      try fixture.alice.call("tokens.revoke", ["token_id": token.at("id")])
      #expect(try Self.end(of: fixture.agent) == .exited(code: 4))
      #expect(fixture.agent.log.contains("revoked"))
      try fixture.wait(id, until: "pending")
      #expect(fixture.lines("runs") == ["start 1"])
      let made = try fixture.alice.call("tokens.create", ["name": "again", "scope": "agent"])
      let heir = try AgentProcess(
        node: "n1", token: made.at("token", "text").string ?? "", in: fixture.sandbox, lease: 2)
      defer { _ = try? heir.stop() }
      _ = try fixture.script("go", "")
      #expect(try fixture.end(id).at("status") == "completed")
    }
  }
}

/// Commands that are to be the server, and are not.
struct ConnectCommandTests {
  private static func requireSaid(_ sentence: String, by command: String) throws {
    try withSandbox { sandbox in
      let log = sandbox.path + "/log"
      let agent = try ChildProcess(
        try BerthBinary.path,
        ["agent", "--node", "n1", "--state", sandbox.path + "/state", "--connect-command", command],
        environment: sandbox.environment, input: .null, output: .null,
        errors: .descriptor(try FileDescriptor.open(log, .replace)))
      defer { agent.signal(SIGKILL) }
      try eventually("\(sentence)") {
        String(decoding: try FileDescriptor.contents(of: log) ?? [], as: UTF8.self).contains(sentence)
      }
      #expect(try agent.poll() == nil)
      agent.signal(SIGTERM)
      #expect(try agent.wait(seconds: patience) == .exited(code: 0))
    }
  }

  @Test func `one that fails is told of with how it ended, and tried again`() throws {
    try Self.requireSaid("the command of --connect-command ended with exit code 127", by: "no-such-ssh host")
    try Self.requireSaid("the command of --connect-command ended with exit code 0", by: "exit 0")
  }

  @Test func `one that greets is told what it wrote`() throws {
    try Self.requireSaid("what it wrote is no answer: \"Welcome\"", by: "echo Welcome; sleep 60")
  }

  @Test func `one that never answers keeps no agent from ending`() throws {
    try Self.requireSaid("asked", by: "echo asked >&2; exec sleep 60")
  }
}
