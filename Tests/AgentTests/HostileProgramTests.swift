import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// Programs that do what no program should: their node goes on.
struct HostileProgramTests {
  @Test func `whatever a program puts in its hints' place, its node goes on and it can be stopped`() throws {
    try withAgentFixture(lease: 2) { fixture in
      // Opened for reading, a pipe without a writer would wait for one for ever.
      let program = try fixture.script(
        "pipes",
        """
        trap '' TERM
        mkfifo "$BERTH_CHECKPOINT_FILE" "$1/pipe"
        mv "$1/pipe" "$BERTH_STOP_FILE"
        echo ready
        while :; do sleep 0.05; done
        """)
      let id = try fixture.deploy(program, [fixture.sandbox.path], ["grace_seconds": 0.2])
      try eventually("its start") { try fixture.output(id) == "ready\n" }
      // An agent that finds it so when it starts, too.
      try fixture.agent.kill()
      try fixture.agent.restart()
      let other = try fixture.deploy("/bin/true")
      #expect(try fixture.end(other).at("status") == "completed")
      try fixture.alice.call("deployments.cancel", ["deployment_id": .int(id)])
      #expect(try fixture.end(id).at("status") == "cancelled")
      #expect(try fixture.alice.deployment(id).at("attempt") == 1)
    }
  }

  @Test func `a checkpoint that is no reference is not passed on`() throws {
    try withAgentFixture { fixture in
      let program = try fixture.script(
        "checkpoint",
        """
        case $BERTH_ATTEMPT in
        1) echo good > "$BERTH_CHECKPOINT_FILE"; sleep 0.3; head -c 30000000 /dev/zero > "$BERTH_CHECKPOINT_FILE" ;;
        2) printf 'bad\\001\\n' > "$BERTH_CHECKPOINT_FILE" ;;
        3) mkdir "$BERTH_CHECKPOINT_FILE" ;;
        4) echo "$BERTH_CHECKPOINT"; exit 0 ;;
        esac
        exit 1
        """)
      let id = try fixture.deploy(program, [], ["retries": 3])
      try fixture.alice.call("deployments.checkpoint", ["deployment_id": .int(id), "reference": "called"])
      #expect(try fixture.end(id).at("status") == "completed")
      #expect(["called\n", "good\n"].contains(try fixture.output(id, attempt: 4)))
    }
  }

  @Test func `what a program leaves behind goes with it, whatever session it is in`() throws {
    try withAgentFixture { fixture in
      let program = try fixture.script(
        "daemon", #"(setsid sh -c '(setsid sleep 600 &)' &); (sleep 600 & disown) 2>&1; exit 0"#)
      let id = try fixture.deploy(program)
      #expect(try fixture.end(id).at("status") == "completed")
      try eventually("nothing of it") { fixture.agent.remains.allSatisfy(Self.isSpare) }
    }
  }

  @Test func `output without end is kept to its limit, and its beginning is not`() throws {
    try withAgentFixture(agentWords: ["--log-limit", "100000"]) { fixture in
      let program = try fixture.script(
        "loud",
        "head -c 50000000 /dev/zero | tr '\\0' x; printf '\\377\\376'; echo; echo last; exec >&- 2>&-; exit 6"
      )
      let id = try fixture.deploy(program)
      #expect(try fixture.end(id).at("exit_code") == 6)
      let params: JSONObject = ["deployment_id": .int(id), "tail": 9]
      #expect(try fixture.alice.call("deployments.logs", params).at("text") == "x\u{FFFD}\u{FFFD}\nlast\n")
      let log = try Directory("\(fixture.sandbox.data)/logs/\(id)").status(of: "1.log")
      #expect(log.allocatedBytes < 300_000)
    }
  }

  @Test func `a supervisor that is killed takes its program with it, and its node goes on`() throws {
    try withAgentFixture { fixture in
      let program = try fixture.script("wait", "echo $PPID; (setsid sleep 600 &); sleep 600")
      let id = try fixture.deploy(program)
      try eventually("its supervisor's number") { try !fixture.output(id).isEmpty }
      let supervisor = try #require(try pid_t(fixture.output(id).dropLast()))
      Glibc.kill(supervisor, SIGKILL)
      let row = try fixture.end(id)
      #expect(row.at("status") == "failed")
      #expect(row.at("exit_code") == .null)
      #expect(row.at("message").string?.contains("create it anew") == true)
      try eventually("nothing of it") { fixture.agent.remains.allSatisfy(Self.isSpare) }
      #expect(try fixture.end(try fixture.deploy("/bin/true")).at("status") == "completed")
    }
  }

  private static func isSpare(_ id: pid_t) -> Bool {
    let words = (try? FileDescriptor.contents(of: "/proc/\(id)/cmdline")) ?? []
    return String(decoding: words, as: UTF8.self).contains("--spare")
  }
}
