import Glibc
import JSON
import Model
import POSIX
import Runners
import TestSupport
import Testing

/// Supervisors with programs that are processes.
@Suite(.serialized)
struct SupervisorTests {
  @Test(arguments: [0, 7, 125, 127, 255])
  func `a program's exit code is the attempt's`(code: Int) throws {
    try withFixture { fixture in
      let program = try fixture.script("job", "echo out; echo err >&2; exit \(code)")
      let attempt = try fixture.attempt(program)
      let end = try attempt.keep().end()
      #expect(end.at("exit_code") == .int(code))
      #expect(end.at("message") == .null && end.at("fenced") == .null)
      #expect(attempt.log == "out\nerr\n")
    }
  }

  @Test(arguments: [(SIGKILL, "SIGKILL"), (SIGSEGV, "SIGSEGV"), (SIGTERM, "SIGTERM")])
  func `a signal is told by its name`(signal: Int32, name: String) throws {
    try withFixture { fixture in
      let end = try fixture.attempt("/bin/sh", ["-c", "kill -\(signal) $$"]).keep().end()
      #expect(end.at("exit_code") == .int(128 + Int(signal)))
      #expect(end.at("message").string?.contains(name) == true)
    }
  }

  @Test func `a directory runs the program in it, in it`() throws {
    try withFixture { fixture in
      try Directory.makePath(fixture.path + "/bundle")
      _ = try fixture.script("bundle/run", "pwd; echo \"$@\"")
      let attempt = try fixture.attempt(fixture.path + "/bundle", ["a b", "c"])
      #expect(try attempt.keep().end().at("exit_code") == 0)
      #expect(attempt.log.hasSuffix("/bundle\na b c\n"))
    }
  }

  @Test func `what cannot be run is told in a sentence`() throws {
    try withFixture { fixture in
      func expect(_ image: String, _ code: Int, _ part: String) throws {
        let end = try fixture.attempt(image).keep().end()
        let isRight = end.at("exit_code") == .int(code) && end.at("message").string?.contains(part) == true
        #expect(isRight, "\(end.text)")
      }
      try expect(fixture.path + "/nothing", 127, "There is no file")
      try Directory.makePath(fixture.path + "/empty")
      try expect(fixture.path + "/empty", 127, "has no file `run`")
      let plain = fixture.path + "/plain"
      try Directory.replace(plain, with: Array("#!/bin/sh\n".utf8))
      try expect(plain, 126, "chmod +x")
      let foreign = fixture.path + "/foreign"
      var header: [UInt8] =
        [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9) + [2, 0, 183, 0]
      header += [UInt8](repeating: 0, count: 44)
      #if arch(arm64)
        header[18] = 62
      #endif
      try Directory.replace(foreign, with: header)
      chmod(foreign, 0o755)
      try expect(foreign, 126, "is built for")
      let script = fixture.path + "/script"
      try Directory.replace(script, with: Array("#!/opt/no/python\n".utf8))
      chmod(script, 0o755)
      try expect(script, 127, "/opt/no/python")
      let text = fixture.path + "/text"
      try Directory.replace(text, with: Array("neither\n".utf8))
      chmod(text, 0o755)
      try expect(text, 126, "neither a program")
    }
  }

  @Test func `the environment is the attempt's, not the agent's`() throws {
    try withFixture { fixture in
      fixture.environment["SECRET_OF_AGENT"] = "x"
      let attempt = try fixture.attempt(
        "/usr/bin/env", env: [StringPair(key: "MODEL", value: "a\nb"), StringPair(key: "LANG", value: "C")],
        gpus: [GPUShare(index: 2, share: .one), GPUShare(index: 3, share: Thousandths(500))],
        checkpoint: "s3://x/7")
      #expect(try attempt.keep().end().at("exit_code") == 0)
      let log = attempt.log
      for line in [
        "BERTH_GPUS=2,3:0.5\n", "CUDA_VISIBLE_DEVICES=2,3\n", "BERTH_CHECKPOINT=s3://x/7\n", "MODEL=a\nb\n",
        "LANG=C\n", "BERTH_ATTEMPT=1\n", "BERTH_STOP_FILE=\(attempt.directory)/hints/stop.json\n",
      ] {
        #expect(log.contains(line), "\(line) in \(log)")
      }
      #expect(!log.contains("SECRET"))
    }
  }

  @Test func `a log that may not grow is told of, and a program's own limit is the program's`() throws {
    try withFixture { fixture in
      fixture.fileSizeLimit = 64 << 10
      let talker = try fixture.attempt(try fixture.script("talker", "yes | head -c 200000; exit 7"))
      let end = try talker.keep().end()
      #expect(end.at("exit_code") == 7)
      #expect(end.at("message").string?.contains("file too large") == true, "\(end.text)")
      // Ended by the signal that its supervisor does not take: SIGXFSZ is 25.
      let writer = try fixture.script("writer", "exec yes > \(fixture.path)/endless")
      #expect(try fixture.attempt(writer).keep().end().at("exit_code") == 153)
    }
  }

  @Test func `a stop order is obeyed, and seen by the program`() throws {
    try withFixture { fixture in
      let program = try fixture.script(
        "job", "trap 'cat $BERTH_STOP_FILE; exit 42' TERM; echo on; while :; do sleep 0.02; done")
      let attempt = try fixture.attempt(program)
      try attempt.keep().waitLog("on")
      try attempt.stop(grace: 30, message: "Make way.")
      let end = try attempt.end()
      #expect(end.at("exit_code") == 42 && end.at("message") == .null)
      #expect(attempt.log.contains("Make way."))
    }
  }

  @Test(arguments: ["auto", "off"])
  func `who is deaf to SIGTERM is killed after the grace, with all that descends from it`(cgroups: String)
    throws
  {
    try withFixture { fixture in
      let program = try fixture.script(
        "job",
        "trap '' TERM; sleep 98 & setsid sh -c 'trap \"\" TERM; sleep 97; :' & echo on; while :; do sleep 1; done"
      )
      let attempt = try fixture.attempt(program, options: ["cgroups": .string(cgroups)], cpu: .one)
      try attempt.keep().waitLog("on")
      try attempt.waitRunning()
      #expect((attempt.report.at("limits") == .null) == (cgroups == "auto"), "\(attempt.report.text)")
      let mark = "BERTH_STOP_FILE=\(attempt.directory)/hints/stop.json"
      try eventually("its processes") { ProcessTable.started(with: mark).count >= 4 }
      try attempt.stop(grace: 0.3)
      let end = try attempt.end()
      #expect(end.at("exit_code") == 137)
      #expect(end.at("message") == "It had not ended 0.3 s after it was asked to, and was killed.")
      #expect(ProcessTable.started(with: mark).isEmpty)
    }
  }

  @Test func `a lease that passes ends everything, one that is renewed nothing`() throws {
    try withFixture { fixture in
      let began = SystemClock.monotonicNanoseconds()
      try fixture.renewLease(seconds: 6)
      let attempt = try fixture.attempt("/bin/sh", ["-c", "echo on; setsid sleep 96 & sleep 96; :"])
      try attempt.keep().waitLog("on")
      try fixture.renewLease(seconds: 10)
      // Past the end of the first lease: what is waited for is that time itself.
      try eventually("the end of the first lease") {
        SystemClock.monotonicNanoseconds() > began + 6_500_000_000
      }
      #expect(attempt.report.at("phase") == "running")
      let end = try attempt.end()
      #expect(end.at("exit_code") == 137 && end.at("fenced") == true)
      #expect(end.at("message").string?.contains("fenced") == true)
      #expect(ProcessTable.started(with: "BERTH_STOP_FILE=\(attempt.directory)/hints/stop.json").isEmpty)
      // Too late to start.
      let late = try fixture.attempt("/bin/echo", ["ran"])
      #expect(try late.keep().end().at("fenced") == true)
      #expect(late.log.isEmpty)
      try fixture.renewLease()
    }
  }

  @Test func `a program dies with its supervisor, and the next says it is lost and starts nothing`() throws {
    try withFixture { fixture in
      let attempt = try fixture.attempt("/bin/sh", ["-c", "echo on; setsid sleep 95 & sleep 95; :"])
      let mark = "BERTH_STOP_FILE=\(attempt.directory)/hints/stop.json"
      try attempt.keep().waitLog("on")
      try attempt.waitRunning()
      try attempt.killSupervisor()
      let end = try attempt.keep().end()
      #expect(end.at("exit_code") == .null && end.at("fenced") == .null)
      #expect(end.at("message").string?.contains("cannot be known") == true)
      #expect(end.at("started_at").string != nil)
      #expect(attempt.log == "on\n")
      #expect(ProcessTable.started(with: mark).isEmpty)
    }
  }

  @Test
  func `found by a supervisor after the lease, or after another start of the machine, it counts as fenced`()
    throws
  {
    try withFixture { fixture in
      for isOtherBoot in [false, true] {
        let attempt = try fixture.attempt("/bin/sh", ["-c", "echo on; sleep 94"])
        try attempt.keep().waitLog("on")
        try attempt.killSupervisor()
        if isOtherBoot {
          try fixture.renewLease(bootID: "another")
        } else {
          try fixture.renewLease(seconds: -1)
        }
        let end = try attempt.keep().end()
        #expect(end.at("exit_code") == .null && end.at("fenced") == true)
        try fixture.renewLease()
      }
    }
  }

  @Test func `what was marked as started is never started`() throws {
    try withFixture { fixture in
      let attempt = try fixture.attempt("/bin/echo", ["ran"])
      try Directory.replace(attempt.directory + "/started", with: [])
      #expect(try attempt.keep().end().at("exit_code") == .null)
      #expect(attempt.log.isEmpty)
    }
  }

  @Test func `an end once reported stays, and two supervisors do not keep one attempt`() throws {
    try withFixture { fixture in
      let lines = "echo ran; while [ ! -e \(fixture.path)/go ]; do sleep 0.02; done; exit 3"
      let attempt = try fixture.attempt("/bin/sh", ["-c", lines])
      try attempt.keep().waitLog("ran")
      #expect(try fixture.startSupervisor([attempt.directory]).wait() == .exited(code: 1))
      try Directory.replace(fixture.path + "/go", with: [], durably: false)
      let end = try attempt.end()
      #expect(try attempt.supervisor?.wait() == .exited(code: 0))
      #expect(try attempt.keep().supervisor?.wait() == .exited(code: 0))
      #expect(attempt.report == end && attempt.log == "ran\n")
    }
  }

  @Test func `a spare supervisor takes the attempt it is told, or ends with its input`() throws {
    try withFixture { fixture in
      for isTold in [true, false] {
        let attempt = try fixture.attempt("/bin/sh", ["-c", "echo ran; exit 6"])
        let input = fixture.path + "/spare.\(isTold)"
        try Directory.replace(input, with: Array((isTold ? attempt.directory + "\n" : "").utf8))
        let supervisor = try fixture.startSupervisor(
          ["--spare"], input: .descriptor(try FileDescriptor.open(input, .read)))
        #expect(try supervisor.wait() == .exited(code: 0))
        #expect(attempt.report.at("exit_code") == (isTold ? 6 : .null))
      }
    }
  }

  @Test func `without control groups it is said what does not hold`() throws {
    try withFixture { fixture in
      let attempt = try fixture.attempt(
        "/bin/sh", ["-c", "echo on; sleep 93"], options: ["cgroups": "off"], cpu: .one, ram: .one)
      try attempt.keep().waitRunning()
      let limits = attempt.report.at("limits").string ?? ""
      #expect(limits.contains("required_cpu limits nothing") && limits.contains("address space"))
    }
  }
}

/// Limits by control groups of version 1, where they may be made.
@Suite(.serialized, .needs(.firstVersionGroups))
struct FirstVersionGroupTests {
  @Test func `limits are set for the group of the attempt, and it is gone afterwards`() throws {
    try withFixture { fixture in
      let look = "grep -E ':(cpu|memory|pids):' /proc/self/cgroup; echo on; sleep 92"
      let attempt = try fixture.attempt(
        "/bin/sh", ["-c", look], cpu: Thousandths(1500), ram: Thousandths(250))
      try attempt.keep().waitLog("on")
      var groups: [String] = []
      for (controller, file, value) in [
        ("cpu", "cpu.cfs_quota_us", "150000"), ("memory", "memory.limit_in_bytes", "268435456"),
        ("pids", "pids.max", "4096"),
      ] {
        let line = attempt.log.split(separator: "\n").first { $0.contains(":\(controller):") }
        let group = "/sys/fs/cgroup/\(controller)" + (line?.split(separator: ":").last ?? "")
        #expect(KernelFile.text(group + "/" + file) == value + "\n", "\(group)")
        groups.append(group)
      }
      try attempt.stop(grace: 0)
      try attempt.end()
      for group in groups { #expect(FileKind(of: group) == .absent) }
    }
  }

  @Test func `more memory than required is told as that`() throws {
    try withFixture { fixture in
      let end = try fixture.attempt("/usr/bin/tail", ["/dev/zero"], ram: Thousandths(32)).keep().end()
      #expect(end.at("exit_code") == 137)
      #expect(end.at("message").string?.contains("more than its required_ram of 0.032 GiB") == true)
    }
  }
}
