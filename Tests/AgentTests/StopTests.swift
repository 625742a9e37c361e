import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// The end of programs that are stopped: told why, given time, and then killed whole.
struct StopTests {
  /// Counts steps, and leaves a checkpoint when it is asked to stop.
  static let training = """
    import json, os, signal, sys, time
    step = int(os.environ.get("BERTH_CHECKPOINT", "0"))
    def stop(number, frame):
        why = json.load(open(os.environ["BERTH_STOP_FILE"]))
        print("told", why["code"], why["by"], flush=True)
        with open(os.environ["BERTH_CHECKPOINT_FILE"], "w") as file:
            file.write(str(step))
        print("at", step, flush=True)
        sys.exit(0)
    signal.signal(signal.SIGTERM, stop)
    print("from", step, flush=True)
    while step < int(sys.argv[1]):
        time.sleep(0.005)
        step += 1
    print("done", step, flush=True)
    """

  static let wholeGPU: JSONObject = ["required_gpu": 2, "grace_seconds": 10]

  @Test(arguments: AgentProcess.Way.allCases)
  func `a preempted training is told why, comes back by itself, and goes on from its checkpoint`(
    _ way: AgentProcess.Way
  ) throws {
    try withAgentFixture(way) { fixture in
      let training = try fixture.script("train.py", Self.training, shell: "/usr/bin/env python3")
      let short = try fixture.script("short", "sleep 0.2")
      let victim = try fixture.deploy(training, ["1200"], Self.wholeGPU)
      try fixture.wait(victim, until: "running")
      try eventually("its first step") { try fixture.output(victim) == "from 0\n" }
      let urgent = try fixture.deploy(short, [], ["required_gpu": 2, "priority": 95])
      #expect(try fixture.end(urgent).at("status") == "completed")
      let row = try fixture.end(victim)
      #expect(row.at("status") == "completed")
      #expect(row.at("attempt") == 2)
      #expect(row.at("preemptions") == 1)
      let first = try fixture.output(victim, attempt: 1).split(separator: "\n").map(String.init)
      let second = try fixture.output(victim, attempt: 2).split(separator: "\n").map(String.init)
      #expect(first.dropLast() == ["from 0", "told preempted \(urgent)"])
      let reached = try #require(first.last?.split(separator: " ").last.flatMap { Int($0) })
      // No step is lost: the second attempt begins where the first one was.
      #expect(second == ["from \(reached)", "done 1200"])
    }
  }

  @Test
  func `one that ignores SIGTERM is killed after its grace, children and sessions of their own included`()
    throws
  {
    try withAgentFixture { fixture in
      let program = try fixture.script(
        "stubborn",
        """
        trap '' TERM
        (trap '' TERM; sleep 600) &
        setsid sh -c "trap '' TERM; sleep 600" &
        echo ready
        sleep 600
        sleep 600
        """)
      let id = try fixture.deploy(program, [], ["grace_seconds": 0.3])
      try eventually("its start") { try fixture.output(id) == "ready\n" }
      try eventually("its children") { fixture.agent.remains.count > 3 }
      try fixture.alice.call("deployments.cancel", ["deployment_id": .int(id)])
      let row = try fixture.end(id)
      #expect(row.at("status") == "cancelled")
      #expect(row.at("exit_code") == 137)
      #expect(row.at("message").string?.contains("0.3 s") == true)
      try eventually("no process of it") { fixture.agent.remains.allSatisfy(Self.isSpare) }
    }
  }

  @Test func `what is cancelled before it starts never starts`() throws {
    try withAgentFixture { fixture in
      let program = try fixture.script("mark", "echo ran >> \"$1\"")
      // Its agent does not hear of it before it is cancelled: one that only slept would find the order in its socket.
      try fixture.agent.kill()
      let id = try fixture.deploy(program, [fixture.sandbox.path + "/marks"])
      try fixture.alice.call("deployments.cancel", ["deployment_id": .int(id)])
      #expect(try fixture.alice.deployment(id).at("status") == "stopping")
      try fixture.agent.restart()
      #expect(try fixture.end(id).at("status") == "cancelled")
      #expect(fixture.lines("marks").isEmpty)
    }
  }

  private static func isSpare(_ id: pid_t) -> Bool {
    let words = (try? FileDescriptor.contents(of: "/proc/\(id)/cmdline")) ?? []
    return String(decoding: words, as: UTF8.self).contains("--spare")
  }
}
