import JSON
import Model
import POSIX
import TestSupport
import Testing

@testable import Runners

struct ContainerWordTests {
  @Test(arguments: [
    "tiny", "localhost/tiny:1", "host.example:5000/a/b_c:V1.2", "a@sha256:0af", "0ecc75943c82",
  ])
  func `names of images are taken`(name: String) { #expect(ImageReference.isValid(name)) }

  @Test(arguments: ["", "-v", "Tiny", "a b", "a//b", "a:", "a:b:c", "--privileged", "a@b@c", "../x", "a\n"])
  func `what is no image's name is not`(name: String) { #expect(!ImageReference.isValid(name)) }

  @Test func `a container is given the devices of its own GPUs, and counts them from 0`() throws {
    try withFixture { fixture in
      let devices = fixture.path + "/dev"
      try Directory.makePath(devices)
      // No plain files: what a device is, as far as it is looked at.
      for name in ["nvidia0", "nvidia2", "nvidia3", "nvidiactl"] { _ = try NamedPipe(devices + "/" + name) }
      let gpus = [GPUShare(index: 3, share: .one), GPUShare(index: 2, share: Thousandths(500))]
      let given = ContainerDevices(gpus, devices: devices)
      #expect(given.paths == ["nvidia2", "nvidia3", "nvidiactl"].map { devices + "/" + $0 })
      let variable = StringPair(key: "CUDA_VISIBLE_DEVICES", value: "3,2")
      #expect(given.numbered([variable], gpus: gpus).first?.value == "0,1")
      // Where there are none the program is told of its share as everywhere.
      #expect(ContainerDevices(gpus, devices: fixture.path).numbered([variable], gpus: gpus) == [variable])
    }
  }
}

@Suite(.serialized, .needs(.podman))
struct PodmanTests {
  private static func attempt(
    _ fixture: AttemptFixture, _ command: [String], image: String = TinyImage.reference,
    options: JSONObject = [:],
    env: [StringPair] = [], cpu: Thousandths = .zero, ram: Thousandths = .zero, logLimit: Int = 1 << 20
  ) throws -> FixtureAttempt {
    try fixture.attempt(
      image, command, runner: "podman", options: options, env: env, cpu: cpu, ram: ram, logLimit: logLimit)
  }

  @Test func `an image runs in each of its four forms, told by its content`() throws {
    try withTinyImage { fixture, tiny in
      for form in TinyImage.Form.allCases {
        let image = try tiny.image(as: form)
        // The second finds it in the store; the third is to find out that it is not there any more.
        for round in 1...3 {
          if round != 2, form != .reference { try tiny.shell("podman rmi -a -f") }
          let attempt = try Self.attempt(fixture, [], image: image)
          let end = try attempt.keep().end()
          #expect(end.at("exit_code") == 0, "\(form) \(end.text)")
          #expect(attempt.log == "hello\n")
          try eventually("the supervisor's end") { try attempt.supervisor?.poll() != nil }
        }
        try tiny.makeAnew()
      }
    }
  }

  @Test func `a program is heard though podman has not returned, a complaint kept for the sentence`() throws {
    try withTinyImage { fixture, _ in
      let slow = try fixture.script(
        "slow-podman",
        """
        /usr/bin/podman "$@"
        code=$?
        case "$*" in *" run "*) while [ ! -e \(fixture.path)/go ]; do sleep 0.02; done ;; esac
        exit $code
        """)
      let options: JSONObject = ["command": .string(slow)]
      let heard = try Self.attempt(fixture, ["sh", "-c", "echo first; exit 3"], options: options).keep()
      // What could be a complaint is not lost for that.
      let ambiguous = try Self.attempt(fixture, ["sh", "-c", "echo fatal; exit 4"], options: options).keep()
      let refused = try Self.attempt(fixture, ["nothing"], options: options).keep()
      try heard.waitLog("first")
      #expect(heard.report == .null)
      try Directory.replace(fixture.path + "/go", with: [], durably: false)
      #expect(try heard.end().at("exit_code") == 3)
      #expect(heard.log == "first\n")
      #expect(try ambiguous.end().at("exit_code") == 4)
      #expect(ambiguous.log == "fatal\n")
      #expect(try refused.end().at("exit_code") == 127)
      #expect(refused.report.at("message").string?.contains("has not the program nothing") == true)
      #expect(refused.log.isEmpty)
    }
  }

  @Test func `exit codes are the program's own`() throws {
    try withTinyImage { fixture, _ in
      for code in [0, 7, 125, 126, 127, 137] {
        let end = try Self.attempt(fixture, ["sh", "-c", "sleep 0.1; exit \(code)"]).keep().end()
        #expect(end.at("exit_code") == .int(code))
        #expect(end.at("message") == .null)
      }
      // Over before podman has returned.
      let quick = try Self.attempt(fixture, ["sh", "-c", "echo quick; exit 9"])
      #expect(try quick.keep().end().at("exit_code") == 9)
      #expect(quick.log == "quick\n")
    }
  }

  @Test func `limits hold and are seen inside`() throws {
    try withTinyImage { fixture, _ in
      let look = """
        cd /sys/fs/cgroup; cat cpu/cpu.cfs_quota_us cpu.max memory/memory.limit_in_bytes memory.max \
        pids/pids.max pids.max 2>/dev/null
        """
      let attempt = try Self.attempt(
        fixture, ["sh", "-c", look], cpu: Thousandths(1500), ram: Thousandths(125))
      #expect(try attempt.keep().end().at("exit_code") == 0 || attempt.log.contains("134217728"))
      for value in ["150000", "134217728", "4096"] { #expect(attempt.log.contains(value), "\(attempt.log)") }
      #expect(attempt.report.at("limits") == .null)
      // busybox's tail keeps all of a line that never ends.
      let greedy = try Self.attempt(fixture, ["sh", "-c", "exec tail /dev/zero"], ram: Thousandths(32))
      let end = try greedy.keep().end()
      #expect(end.at("exit_code") == 137)
      #expect(end.at("message").string?.contains("more than its required_ram of 0.032 GiB") == true)
    }
  }

  @Test func `variables arrive as they are, and the hints are mounted`() throws {
    try withTinyImage { fixture, _ in
      let values = ["a b", " two\nlines\n", "\"quoted\" '$x' `y` #z", "", "é=1", "tab\tend "]
      let env = values.enumerated().map { StringPair(key: "V\($0)", value: $1) }
      let show =
        "for n in 0 1 2 3 4 5; do eval \"printf '<%s>' \\\"\\$V$n\\\"\"; done; echo; env; ls -d /run/berth"
      let attempt = try Self.attempt(fixture, ["sh", "-c", show], env: env)
      #expect(try attempt.keep().end().at("exit_code") == 0)
      let log = attempt.log
      #expect(log.hasPrefix(values.map { "<\($0)>" }.joined() + "\n"), "\(log)")
      #expect(log.contains("BERTH_STOP_FILE=/run/berth/stop.json\n") && log.contains("PATH=/bin\n"))
      #expect(
        log.hasSuffix("/run/berth\n") && !log.contains("BERTH_KEEPS") && !log.contains("CONTAINERS_CONF"))
      // What podman itself obeys is never given to it.
      let refused = try Self.attempt(fixture, ["env"], env: [StringPair(key: "LD_PRELOAD", value: "/x\n/y")])
      let end = try refused.keep().end()
      #expect(end.at("exit_code") == 125 && end.at("message").string?.contains("line break") == true)
    }
  }

  @Test func `a stop order is obeyed, or else the container is killed after its grace`() throws {
    try withTinyImage { fixture, _ in
      let obeys = "trap 'cat /run/berth/stop.json; exit 42' TERM; echo on; while :; do sleep 0.05; done"
      let attempt = try Self.attempt(fixture, ["sh", "-c", obeys])
      try attempt.keep().waitLog("on")
      try attempt.stop(grace: 20, message: "Make way.")
      #expect(try attempt.end().at("exit_code") == 42)
      #expect(attempt.log.contains("Make way."))
      let deaf = try Self.attempt(
        fixture, ["sh", "-c", "trap '' TERM; sleep 99 & echo on; while :; do sleep 9; done"])
      try deaf.keep().waitLog("on")
      try deaf.stop(grace: 0.3)
      let end = try deaf.end()
      #expect(end.at("exit_code") == 137)
      #expect(end.at("message") == "It had not ended 0.3 s after it was asked to, and was killed.")
    }
  }

  @Test func `logs keep their newest bytes only`() throws {
    try withTinyImage { fixture, _ in
      let attempt = try Self.attempt(
        fixture, ["sh", "-c", "head -c 3000000 /dev/zero; echo; echo last"], logLimit: 200_000)
      #expect(try attempt.keep().end().at("exit_code") == 0)
      #expect(attempt.log.utf8.count <= 200_000 && attempt.log.hasSuffix("\nlast\n"))
    }
  }

  @Test func `a container outlives its supervisor, and the next learns its exit code`() throws {
    try withTinyImage { fixture, _ in
      // Killed while it runs; it ends under the next.
      let running = try Self.attempt(
        fixture,
        ["sh", "-c", "echo one; while [ ! -e /run/berth/go ]; do sleep 0.02; done; echo two; exit 7"])
      try running.keep().waitLog("one")
      try running.killSupervisor()
      try running.keep().waitRunning()
      try Directory.replace(running.directory + "/hints/go", with: [], durably: false)
      #expect(try running.end().at("exit_code") == 7)
      #expect(running.log == "one\ntwo\n")
      // It ends while nobody keeps it.
      let ended = try Self.attempt(fixture, ["sh", "-c", "echo one; sleep 0.5; echo two; exit 8"])
      try ended.keep().waitLog("one")
      try ended.killSupervisor()
      SystemClock.sleep(nanoseconds: 1_200_000_000)
      #expect(try ended.keep().end().at("exit_code") == 8)
      // The pipe held what was said without a supervisor only as long as the program did.
      #expect(ended.log.hasPrefix("one\n"))
    }
  }

  @Test func `killed at any moment of its start, an attempt runs once at most and no exit code is lost`()
    throws
  {
    try withTinyImage { fixture, _ in
      for milliseconds in stride(from: 5, through: 305, by: 20) {
        let attempt = try Self.attempt(fixture, ["sh", "-c", "echo once >> /run/berth/runs; exit 5"])
        try attempt.keep()
        try eventually("the marker") { FileKind(of: attempt.directory + "/started") == .file }
        SystemClock.sleep(nanoseconds: milliseconds * 1_000_000)
        try attempt.killSupervisor()
        let end = try attempt.keep().end()
        let runs = (try FileDescriptor.contents(of: attempt.directory + "/hints/runs")) ?? []
        if end.at("exit_code") == .null {
          // Killed before it had asked podman.
          #expect(runs.isEmpty && milliseconds < 50, "\(milliseconds) ms: \(end.text)")
        } else {
          #expect(end.at("exit_code") == 5 && runs == Array("once\n".utf8), "\(milliseconds) ms: \(end.text)")
        }
      }
    }
  }

  @Test func `what cannot be run is told in a sentence`() throws {
    try withTinyImage { fixture, tiny in
      func end(_ image: String, _ command: [String] = [], _ options: JSONObject = [:]) throws -> JSONValue {
        try Self.attempt(fixture, command, image: image, options: options).keep().end()
      }
      func expect(_ end: JSONValue, _ code: Int, _ part: String) {
        #expect(
          end.at("exit_code") == .int(code) && end.at("message").string?.contains(part) == true, "\(end.text)"
        )
      }
      expect(try end("localhost/none:1"), 127, "There is no image localhost/none:1 on this node")
      expect(try end("Not/Lower"), 127, "names no image")
      expect(try end(fixture.path + "/nothing.tar"), 127, "There is no image")
      expect(try end(fixture.path), 126, "no OCI image")
      expect(try end("/bin/sh"), 126, "is no image")
      expect(try end(TinyImage.reference, ["nothing"]), 127, "the program nothing")
      expect(try end(TinyImage.reference, ["/etc/passwd"]), 126, "may not be executed")
      expect(try end(TinyImage.reference, [], ["command": "/nowhere/podman"]), 127, "/nowhere/podman")
      expect(try end(TinyImage.reference, [], ["colour": "red"]), 125, "has no option `colour`")
      expect(try end(TinyImage.reference, [], ["run_options": ["--name=x"]]), 125, "takes no \"--name=x\"")
      expect(try end(TinyImage.reference, [], ["runtime": "norun"]), 125, "norun")
      let small = try Self.attempt(fixture, [], ram: Thousandths(1))
      expect(try small.keep().end(), 125, "so little required_ram")
      try Directory.replace(fixture.path + "/bad.conf", with: Array("x=[".utf8))
      let good = fixture.environment
      defer { fixture.environment = good }
      fixture.environment["CONTAINERS_CONF"] = fixture.path + "/bad.conf"
      expect(try end(TinyImage.reference), 125, "bad.conf")
    }
  }

  /// Podman by the name of docker: it takes docker's words, so they are at least no others.
  @Test func `docker's command line is spoken where docker is what there is`() throws {
    try withTinyImage { fixture, tiny in
      try FileDescriptor.replaceLink(fixture.path + "/docker", to: "/usr/bin/podman")
      let options: JSONObject = ["command": .string(fixture.path + "/docker")]
      let attempt = try Self.attempt(
        fixture,
        ["sh", "-c", "echo one; while [ ! -e /run/berth/go ]; do sleep 0.02; done; echo two; exit 7"],
        options: options, ram: Thousandths(32))
      try attempt.keep().waitRunning()
      try attempt.killSupervisor()
      try attempt.keep().waitRunning()
      try Directory.replace(attempt.directory + "/hints/go", with: [], durably: false)
      #expect(try attempt.end().at("exit_code") == 7)
      #expect(attempt.log.hasPrefix("one\n"), "\(attempt.log)")
      let quick = try Self.attempt(fixture, ["sh", "-c", "echo hello; exit 3"], options: options)
      #expect(try quick.keep().end().at("exit_code") == 3)
      #expect(quick.log == "hello\n")
      let missing = try Self.attempt(fixture, [], image: "localhost/none:1", options: options)
      #expect(try missing.keep().end().at("exit_code") == 127)
    }
  }

  @Test func `without podman it is said what to install`() throws {
    // An engine is looked for in places of the machine too, and there one is.
    let options: JSONObject = ["command": "/nowhere/podman"]
    try withFixture { fixture in
      let end = try Self.attempt(fixture, [], options: options).keep().end()
      #expect(end.at("exit_code") == 127 && end.at("message").string?.contains("install") == true)
    }
  }

  @Test func `a lease that has passed ends the container, also under a later supervisor`() throws {
    try withTinyImage { fixture, _ in
      let attempt = try Self.attempt(fixture, ["sh", "-c", "echo on; sleep 99"])
      try attempt.keep().waitLog("on")
      try attempt.killSupervisor()
      try fixture.renewLease(seconds: -1)
      let end = try attempt.keep().end()
      #expect(end.at("exit_code") == 137 && end.at("fenced") == true)
      try fixture.renewLease()
    }
  }
}
