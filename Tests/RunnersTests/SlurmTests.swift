import JSON
import Model
import POSIX
import Runners
import TestSupport
import Testing

@Suite(.serialized, .needs(.slurm))
struct SlurmTests {
  @Test func `a program's output, exit code and devices come through Slurm`() throws {
    try withSlurm { fixture, _ in
      let codes = [0, 3, 137, 143]
      let attempts = try codes.map { code in
        let ending = code > 128 ? "kill -\(code - 128) $$" : "exit \(code)"
        return try fixture.attempt(
          "/bin/sh", ["-c", "echo \"$ODD\" on $CUDA_VISIBLE_DEVICES; \(ending)"], runner: "slurm",
          env: [StringPair(key: "ODD", value: "it's $HOME \"\\\r\n`date`")],
          gpus: [GPUShare(index: 3, share: .one)], cpu: .one, ram: Thousandths(100)
        ).keep()
      }
      for (code, attempt) in zip(codes, attempts) {
        let end = try attempt.end(within: 60)
        #expect(end.at("exit_code").int == code, "\(end.text)")
        // Of the node's two devices the one that Slurm gave, not the one Berth counts.
        #expect(attempt.log.hasPrefix("it's $HOME \"\\\r\n`date` on "), "\(attempt.log)")
        #expect(["0\n", "1\n"].contains(String(attempt.log.suffix(2))), "\(attempt.log)")
      }
    }
  }

  @Test func `a partition's nodes are a node's capacity`() throws {
    try withSlurm { fixture, cluster in
      try Directory.makePath(fixture.path + "/bin")
      _ = try fixture.script(
        "bin/sinfo", "SLURM_CONF=\(cluster.configuration) exec /usr/bin/sinfo \"$@\"")
      let options = try RunnerOptions(["bin": .string(fixture.path + "/bin")], of: SlurmRunner.self)
      let found = try SlurmRunner.capacity(options)
      #expect(found.cpu == 8)
      #expect(found.ram == Thousandths(8000 * 1000 / 1024))
      #expect(found.gpus == 4)
      #expect(found.labels == [StringPair(key: "slurm_partition", value: "all")])
    }
  }

  /// The second time Slurm's controller is slow to answer, and all that is known of the job is its number.
  @Test(arguments: ["", "sleep 2; "])
  func `what waits in Slurm's queue says so, and a stop takes it out`(delay: String) throws {
    try withSlurm { fixture, cluster in
      let busy = try (0..<2).map { _ in
        try fixture.attempt(
          "/bin/sleep", ["600"], runner: "slurm", gpus: [0, 1].map { GPUShare(index: $0, share: .one) }
        ).keep()
      }
      try eventually("both run") {
        busy.allSatisfy { $0.report.at("phase") == "running" && $0.report.at("limits") == .null }
      }
      let bin = try fixture.slurmCommands("squeue", first: delay)
      let waiting = try fixture.attempt(
        "/bin/echo", runner: "slurm", options: ["bin": .string(bin)],
        gpus: [GPUShare(index: 0, share: .one)]
      ).keep()
      try eventually("it says that it waits") {
        waiting.report.at("limits").string?.hasPrefix("It waits in Slurm's queue as job ") == true
      }
      try waiting.stop(grace: 30)
      let end = try waiting.end(within: 10)
      #expect(end.at("exit_code") == .null)
      #expect(end.at("message").string?.contains("has not run") == true, "\(end.text)")
      try eventually("it is out of the queue: \(try cluster.livingJobs())") {
        try cluster.livingJobs().count == 2
      }
      #expect(waiting.log.isEmpty)
    }
  }

  @Test func `what a mistake takes out of the queue just after the controller starts goes back`() throws {
    try withSlurm { fixture, cluster in
      let attempt = try fixture.attempt("/bin/echo", ["on"], runner: "slurm")
      let nodes = try cluster.run("sinfo", "-h", "-o", "%N").filter { $0 != "\n" }
      try cluster.run("scontrol", "update", "nodename=\(nodes)", "state=drain", "reason=test")
      try attempt.keep()
      try eventually("it waits") { try cluster.livingJobs() == [1] }
      try cluster.run("scancel", "1")
      try eventually("it waits again") { try cluster.livingJobs() == [2] }
      try cluster.resumeNodes()
      #expect(try attempt.end().at("exit_code") == 0)
      #expect(attempt.log == "on\n")
    }
  }

  @Test func `what Slurm refuses once, and then takes, runs`() throws {
    try withSlurm { fixture, _ in
      // In words that a controller has used while it was killed.
      let refusal = "echo 'sbatch: error: Batch job submission failed: Unexpected missing socket error' >&2"
      let once = fixture.path + "/refused"
      let bin = try fixture.slurmCommands("sbatch", first: "mkdir \(once) && { \(refusal); exit 1; }; ")
      let attempt = try fixture.attempt("/bin/echo", ["on"], runner: "slurm", options: ["bin": .string(bin)])
      #expect(try attempt.keep().end().at("exit_code") == 0)
      #expect(attempt.log == "on\n")
      #expect(FileKind(of: once) == .directory)
    }
  }

  @Test func `what Slurm refuses is refused, though asked once more`() throws {
    try withSlurm { fixture, _ in
      let options: JSONObject = ["partition": "nowhere"]
      let end = try fixture.attempt("/bin/echo", runner: "slurm", options: options).keep().end()
      #expect(end.at("exit_code") == 125)
      #expect(end.at("message").string?.contains("nvalid partition") == true, "\(end.text)")
    }
  }

  @Test func `a stop is SIGTERM, and SIGKILL to all of it after the grace`() throws {
    try withSlurm { fixture, cluster in
      // Seconds that no other test's program sleeps.
      let long = 100_000 + ThisProcess.id
      let mild = try fixture.attempt(
        "/bin/sh", ["-c", "trap 'echo asked; exit 7' TERM; echo up; while :; do sleep 0.1; done"],
        runner: "slurm"
      ).keep()
      let deaf = try fixture.attempt(
        "/bin/sh", ["-c", "trap '' TERM; echo up; setsid sleep \(long) & while :; do sleep 0.1; done"],
        runner: "slurm"
      ).keep()
      for attempt in [mild, deaf] {
        try attempt.waitLog("up")
        try attempt.stop(grace: attempt === mild ? 30 : 0.5)
      }
      #expect(try mild.end(within: 10).at("exit_code") == 7)
      #expect(mild.log.contains("asked"))
      let end = try deaf.end(within: 15)
      #expect(end.at("exit_code") == 137)
      #expect(end.at("message").string?.contains("was killed") == true)
      try eventually("nothing is left of it") {
        try cluster.livingJobs().isEmpty && !isRunning("sleep\0\(long)\0")
      }
    }
  }

  @Test func `a job cancelled by somebody else says so`() throws {
    try withSlurm { fixture, cluster in
      let attempt = try fixture.attempt("/bin/sh", ["-c", "echo up; exec sleep 600"], runner: "slurm").keep()
      try attempt.waitLog("up")
      try cluster.run("scancel", "--user=root")
      let end = try attempt.end(within: 20)
      // SIGTERM first, or SIGKILL at once: as Slurm is configured.
      #expect([143, 137].contains(end.at("exit_code").int), "\(end.text)")
      #expect(end.at("message").string?.contains("outside Berth") == true, "\(end.text)")
    }
  }

  @Test func `a supervisor that was killed is followed by one that has the exit code and all output`() throws
  {
    try withSlurm { fixture, _ in
      let go = fixture.path + "/go"
      let lines = "echo first; while [ ! -e \(go) ]; do sleep 0.05; done; echo last; exit 5"
      let attempts = try (0..<2).map { _ in
        try fixture.attempt("/bin/sh", ["-c", lines], runner: "slurm").keep()
      }
      for attempt in attempts {
        try attempt.waitLog("first")
        // Before that is noted, output would be told twice rather than not at all.
        try eventually("that is noted") {
          KernelFile.text(attempt.directory + "/slurm/out.taken") ?? "" != ""
        }
        try attempt.killSupervisor()
      }
      // One is found running, one ended.
      try attempts[0].keep()
      try Directory.replace(go, with: [], durably: false)
      #expect(try attempts[0].end().at("exit_code") == 5)
      try eventually("the other has ended too") {
        FileKind(of: attempts[1].directory + "/slurm/ended") == .file
      }
      #expect(try attempts[1].keep().end().at("exit_code") == 5)
      for attempt in attempts { #expect(attempt.log == "first\nlast\n") }
    }
  }

  @Test func `a controller killed among twenty jobs loses none and runs none twice`() throws {
    try withSlurm { fixture, cluster in
      let attempts = try (0..<20).map { number in
        try fixture.attempt(
          "/bin/sh", ["-c", "echo run >>\(fixture.path)/ran-\(number); sleep 0.5; echo out; exit \(number)"],
          runner: "slurm"
        ).keep()
      }
      // Some have been submitted a moment ago, and the controller has not written them down.
      try eventually("the first ones run") { attempts.contains { !$0.log.isEmpty } }
      for _ in 0..<2 {
        try cluster.killController()
        try cluster.startController()
        SystemClock.sleep(nanoseconds: 700_000_000)
      }
      try eventually(within: 60, "all have ended") {
        // A node that was sent a number twice is taken out until a person has looked.
        try cluster.resumeNodes()
        return attempts.allSatisfy { $0.report.at("phase") == "exited" }
      }
      for (number, attempt) in attempts.enumerated() {
        let end = attempt.report
        let ran = KernelFile.text("\(fixture.path)/ran-\(number)") ?? ""
        #expect(ran == "run\n", "\(number) ran \(ran.count / 4) times: \(end.text)")
        // One whose job the controller disowned while it ran was killed by Slurm, and says so.
        if end.at("exit_code") == .null {
          #expect(end.at("message").string?.contains("Slurm") == true, "\(end.text)")
        } else {
          #expect(end.at("exit_code").int == number, "\(end.text)")
          #expect(attempt.log == "out\n")
        }
      }
    }
  }

  @Test func `supervisors ask Slurm together, once an interval`() throws {
    try withSlurm { fixture, _ in
      let bin = try fixture.slurmCommands("squeue", first: "echo >>\(fixture.path)/asked; ")
      let attempts = try (0..<8).map { _ in
        try fixture.attempt(
          "/bin/sh", ["-c", "echo up; exec sleep 600"], runner: "slurm", options: ["bin": .string(bin)]
        ).keep()
      }
      try eventually("all run") {
        attempts.allSatisfy { $0.log == "up\n" && $0.report.at("limits") == .null }
      }
      let before = KernelFile.text(fixture.path + "/asked")?.utf8.count ?? 0
      SystemClock.sleep(nanoseconds: 4_000_000_000)
      let asked = (KernelFile.text(fixture.path + "/asked")?.utf8.count ?? 0) - before
      #expect((2...8).contains(asked), "asked \(asked) times in 4 s")
    }
  }
}

/// Attempts without a controller: beside the others, as they wait long.
@Suite(.needs(.slurm))
struct SlurmOutageTests {
  @Test func `without Slurm's controller an attempt ends with what to do`() throws {
    try withSlurm { fixture, cluster in
      try cluster.killController()
      let end = try fixture.attempt("/bin/echo", runner: "slurm").keep().end(within: 60)
      #expect(end.at("exit_code") == 125)
      #expect(end.at("message").string?.contains("Slurm's controller does not answer") == true, "\(end.text)")
      // What it may have been sent all the same runs nothing any more.
      #expect(KernelFile.text(fixture.state + "/attempts/1.1/slurm/claim") == "barred\n")
    }
  }

  @Test func `a lease that passes ends a job though no controller can be asked`() throws {
    try withSlurm { fixture, cluster in
      let attempt = try fixture.attempt(
        "/bin/sh",
        ["-c", "trap '' TERM; echo up; while :; do sleep 0.1; echo on >>\(fixture.path)/on; done"],
        runner: "slurm"
      )
      try fixture.renewLease(seconds: 6)
      try attempt.keep().waitLog("up")
      try cluster.killController()
      let end = try attempt.end(within: 40)
      #expect(end.at("message").string?.contains("fenced") == true, "\(end.text)")
      let size = KernelFile.text(fixture.path + "/on")
      SystemClock.sleep(nanoseconds: 500_000_000)
      #expect(KernelFile.text(fixture.path + "/on") == size)
    }
  }

  @Test func `where there is no sbatch, that is said`() throws {
    try withFixture { fixture in
      let end = try fixture.attempt("/bin/echo", runner: "slurm", options: ["bin": .string(fixture.path)])
        .keep()
        .end()
      #expect(end.at("exit_code") == 127)
      #expect(end.at("message").string?.contains("There is no sbatch") == true)
    }
  }
}

private func isRunning(_ command: String) -> Bool {
  ProcessTable.all().contains { process in
    process.isAlive && KernelFile.text("/proc/\(process.id)/cmdline")?.hasSuffix(command) == true
  }
}
