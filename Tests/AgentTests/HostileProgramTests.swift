import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// Programs that do what no program should: their node goes on.
struct HostileProgramTests {
  @Test func `whatever a program puts in its hints' place, its node goes on and it can be stopped`() throws {
    try withWorkshop(lease: 2) { shop in
      // Opened for reading, a pipe without a writer would wait for one for ever.
      let program = try shop.script(
        "pipes",
        """
        trap '' TERM
        mkfifo "$BERTH_CHECKPOINT_FILE" "$1/pipe"
        mv "$1/pipe" "$BERTH_STOP_FILE"
        echo ready
        while :; do sleep 0.05; done
        """)
      let id = try shop.deploy(program, [shop.sandbox.path], ["grace_seconds": 0.2])
      try eventually("its start") { try shop.output(id) == "ready\n" }
      // An agent that finds it so when it starts, too.
      try shop.agent.kill()
      try shop.agent.restart()
      let other = try shop.deploy("/bin/true")
      #expect(try shop.end(other).at("status") == "completed")
      try shop.alice.call("deployments.cancel", ["deployment_id": .int(id)])
      #expect(try shop.end(id).at("status") == "cancelled")
      #expect(try shop.alice.deployment(id).at("attempt") == 1)
    }
  }

  @Test func `a checkpoint that is no reference is not passed on`() throws {
    try withWorkshop { shop in
      let program = try shop.script(
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
      let id = try shop.deploy(program, [], ["retries": 3])
      try shop.alice.call("deployments.checkpoint", ["deployment_id": .int(id), "reference": "called"])
      #expect(try shop.end(id).at("status") == "completed")
      #expect(["called\n", "good\n"].contains(try shop.output(id, attempt: 4)))
    }
  }

  @Test func `what a program leaves behind goes with it, whatever session it is in`() throws {
    try withWorkshop { shop in
      let program = try shop.script(
        "daemon", #"(setsid sh -c '(setsid sleep 600 &)' &); (sleep 600 & disown) 2>&1; exit 0"#)
      let id = try shop.deploy(program)
      #expect(try shop.end(id).at("status") == "completed")
      try eventually("nothing of it") { shop.agent.remains.allSatisfy(Self.isSpare) }
    }
  }

  @Test func `output without end is kept to its limit, and its beginning is not`() throws {
    try withWorkshop(agentWords: ["--log-limit", "100000"]) { shop in
      let program = try shop.script(
        "loud",
        "head -c 50000000 /dev/zero | tr '\\0' x; printf '\\377\\376'; echo; echo last; exec >&- 2>&-; exit 6"
      )
      let id = try shop.deploy(program)
      #expect(try shop.end(id).at("exit_code") == 6)
      let params: JSONObject = ["deployment_id": .int(id), "tail": 9]
      #expect(try shop.alice.call("deployments.logs", params).at("text") == "x\u{FFFD}\u{FFFD}\nlast\n")
      let log = try Directory("\(shop.sandbox.data)/logs/\(id)").status(of: "1.log")
      #expect(log.allocatedBytes < 300_000)
    }
  }

  @Test func `a keeper that is killed takes its program with it, and its node goes on`() throws {
    try withWorkshop { shop in
      let program = try shop.script("wait", "echo $PPID; (setsid sleep 600 &); sleep 600")
      let id = try shop.deploy(program)
      try eventually("its keeper's number") { try !shop.output(id).isEmpty }
      let keeper = try #require(try pid_t(shop.output(id).dropLast()))
      Glibc.kill(keeper, SIGKILL)
      let row = try shop.end(id)
      #expect(row.at("status") == "failed")
      #expect(row.at("exit_code") == .null)
      #expect(row.at("message").string?.contains("create it anew") == true)
      try eventually("nothing of it") { shop.agent.remains.allSatisfy(Self.isSpare) }
      #expect(try shop.end(try shop.deploy("/bin/true")).at("status") == "completed")
    }
  }

  private static func isSpare(_ id: pid_t) -> Bool {
    let words = (try? WholeFile.read("/proc/\(id)/cmdline")) ?? []
    return String(decoding: words, as: UTF8.self).contains("--spare")
  }
}
