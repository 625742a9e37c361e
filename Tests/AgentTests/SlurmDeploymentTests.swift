import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// Deployments that an agent runs as jobs of a real Slurm with two slurmd.
@Suite(.serialized, .needs(.slurm))
struct SlurmDeploymentTests {
  /// A fixture whose one node stands for the partition: 8 cores, 4 devices.
  private static func withSlurm(_ body: (AgentFixture, SlurmCluster) throws -> Void) throws {
    let folder = try Directory.makeTemporary(prefix: "berth-slurm-")
    defer { try? Directory.removeTree(folder) }
    let slurm = try SlurmCluster(folder)
    defer { slurm.end() }
    try withAgentFixture(
      capacity: ["cpu": 8, "ram": 7, "gpu": 4], agentWords: ["--runner", "slurm"],
      preparing: { $0.variables = ["SLURM_CONF": slurm.configuration] },
      { fixture in try body(fixture, slurm) })
    // What a controller that was killed brings back finds its attempt claimed, and ends.
    do {
      try eventually(within: 30, "no job is left") {
        try slurm.resumeNodes()
        return try slurm.livingJobs().isEmpty
      }
    } catch {
      throw ContractBreach(
        "\(error): \(try slurm.run("squeue", "--long")) \(try slurm.run("sinfo", "-N", "--long"))")
    }
  }

  @Test func `a hundred deployments run once each, though Slurm's controller is killed among them`() throws {
    try Self.withSlurm { fixture, slurm in
      let program = try fixture.script(
        "job",
        "echo \"$BERTH_DEPLOYMENT.$BERTH_ATTEMPT\" >> \"$1/ran\"; echo said by $BERTH_DEPLOYMENT; exit $2")
      let codes = (0..<100).map { $0 % 7 == 3 ? 3 : 0 }
      var ids: [Int] = []
      for code in codes {
        let more: JSONObject = ["required_cpu": 1, "required_ram": 0.1]
        ids.append(try fixture.deploy(program, [fixture.sandbox.path, "\(code)"], more))
      }
      for round in 1...2 {
        try eventually(within: 60, "\(round * 25) have run") {
          try slurm.resumeNodes()
          return fixture.lines("ran").count >= round * 25
        }
        try slurm.killController()
        try slurm.startController()
      }
      for (id, code) in zip(ids, codes) {
        let row = try fixture.wait(id, "the end of deployment \(id)", within: 120) {
          try slurm.resumeNodes()
          return $0.at("finished_at") != .null
        }
        #expect(row.at("exit_code") == .int(code), "\(row.text)")
        #expect(row.at("status") == (code == 0 ? "completed" : "failed"))
        #expect(row.at("attempt") == 1)
        #expect(try fixture.output(id) == "said by \(id)\n")
      }
      #expect(fixture.lines("ran").sorted() == ids.map { "\($0).1" }.sorted())
    }
  }

  @Test func `a job is cancelled, and one of lower priority makes room, goes back and comes again`() throws {
    try Self.withSlurm { fixture, slurm in
      let waiting = try fixture.script(
        "wait",
        """
        exec 2>/dev/null
        trap 'echo told; exit 0' TERM
        echo on
        while [ ! -e "$1/go" ]; do sleep 0.1 & wait $!; done
        """)
      let whole: JSONObject = ["required_cpu": 8, "required_ram": 1, "grace_seconds": 10]
      let cancelled = try fixture.deploy(waiting, [fixture.sandbox.path], ["required_cpu": 1])
      try eventually(within: 30, "it runs") { try fixture.output(cancelled) == "on\n" }
      try fixture.alice.call("deployments.cancel", ["deployment_id": .int(cancelled)])
      #expect(try fixture.end(cancelled).at("status") == "cancelled")
      let told = try fixture.output(cancelled)
      #expect(told == "on\ntold\n")

      // Four cores are the most that one of Slurm's nodes has.
      let half = JSONObject(
        members: whole.members.filter { $0.key != "required_cpu" } + [.init("required_cpu", 4)])
      let low = try (0..<2).map { _ in try fixture.deploy(waiting, [fixture.sandbox.path], half) }
      for id in low { try eventually(within: 30, "it runs") { try fixture.output(id) == "on\n" } }
      let quick = try fixture.script("quick", "echo quick")
      let urgent = try fixture.deploy(quick, [], ["priority": 95, "required_cpu": 4, "required_ram": 1])
      #expect(try fixture.end(urgent, within: 60).at("status") == "completed")
      _ = try fixture.script("go", "")
      let rows = try low.map { try fixture.end($0, within: 60) }
      #expect(rows.allSatisfy { $0.at("status") == "completed" })
      #expect(rows.map { $0.at("preemptions").int ?? 0 }.reduce(0, +) == 1)
      #expect(rows.map { $0.at("attempt").int ?? 0 }.reduce(0, +) == 3)
    }
  }
}
