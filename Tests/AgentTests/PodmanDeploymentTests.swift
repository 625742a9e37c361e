import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// Deployments that an agent runs as containers of podman.
@Suite(.serialized, .needs(.podman))
struct PodmanDeploymentTests {
  /// A fixture whose agent has a podman with a store of its own.
  private static func withContainers(
    _ way: AgentProcess.Way = .socket, _ body: (AgentFixture, TinyImage) throws -> Void
  ) throws {
    let folder = try Directory.makeTemporary(prefix: "berth-podman-")
    defer { try? Directory.removeTree(folder) }
    var tiny: TinyImage?
    defer { tiny?.remove() }
    try withAgentFixture(
      way, agentWords: ["--runner", "podman"],
      preparing: { sandbox in
        let made = try TinyImage(in: folder, sandbox.environment)
        sandbox.variables = made.environment
        tiny = made
      },
      { fixture in try body(fixture, tiny!) })
    let left = try tiny!.containers()
    guard left.isEmpty else { throw ContractBreach("containers are left: \(left)") }
  }

  private static func shell(_ script: String) -> [String] { ["/bin/sh", "-c", script] }

  @Test(arguments: AgentProcess.Way.allCases)
  func `an image of each form runs, and its output and exit code are the deployment's`(
    _ way: AgentProcess.Way
  ) throws {
    try Self.withContainers(way) { fixture, tiny in
      var ids: [(Int, TinyImage.Form)] = []
      for form in TinyImage.Form.allCases {
        let image = try tiny.image(as: form)
        ids.append((try fixture.deploy(image, Self.shell("echo \(form.rawValue); exit 7")), form))
      }
      for (id, form) in ids {
        let row = try fixture.end(id, within: 60)
        #expect(row.at("exit_code") == 7, "\(row.text)")
        #expect(try fixture.output(id) == "\(form.rawValue)\n")
      }
    }
  }

  @Test func `limits are those of the deployment, seen from inside`() throws {
    try Self.withContainers { fixture, _ in
      let files = "/sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/memory/memory.limit_in_bytes"
      let unified = "/sys/fs/cgroup/cpu.max /sys/fs/cgroup/memory.max"
      let id = try fixture.deploy(
        TinyImage.reference, Self.shell("cat \(files) 2>/dev/null || cat \(unified)"),
        ["required_cpu": 0.5, "required_ram": 0.125])
      #expect(try fixture.end(id).at("exit_code") == 0)
      let seen = try fixture.output(id).split { $0 == "\n" || $0 == " " }
      #expect(seen.contains("50000") && seen.contains("134217728"), "\(seen)")
    }
  }

  @Test func `fifty containers go through four slots, each once`() throws {
    try Self.withContainers { fixture, _ in
      let codes = [0, 7, 0, 125, 0, 127, 0, 3]
      let ids = try (0..<50).map { number in
        try fixture.deploy(
          TinyImage.reference, Self.shell("echo container \(number); exit \(codes[number % codes.count])"),
          ["required_cpu": 1])
      }
      for (number, id) in ids.enumerated() {
        let row = try fixture.end(id, within: 120)
        #expect(row.at("exit_code") == .int(codes[number % codes.count]), "\(row.text)")
        #expect(row.at("attempt") == 1)
        #expect(try fixture.output(id) == "container \(number)\n")
      }
    }
  }

  @Test func `one that heeds SIGTERM has its own code, one that does not is killed after its grace`() throws {
    try Self.withContainers { fixture, _ in
      let ready = "while :; do sleep 0.05; done"
      let polite = try fixture.deploy(
        TinyImage.reference, Self.shell("trap 'echo bye; exit 42' TERM; echo on; \(ready)"))
      let stubborn = try fixture.deploy(
        TinyImage.reference, Self.shell("trap '' TERM; echo on; \(ready)"), ["grace_seconds": 0.5])
      for id in [polite, stubborn] {
        try eventually("its start") { try fixture.output(id) == "on\n" }
        try fixture.alice.call("deployments.cancel", ["deployment_id": .int(id)])
      }
      #expect(try fixture.end(polite).at("exit_code") == 42)
      #expect(try fixture.output(polite) == "on\nbye\n")
      let killed = try fixture.end(stubborn)
      #expect(killed.at("exit_code") == 137)
      #expect(killed.at("status") == "cancelled")
    }
  }

  @Test func `containers go on while agent and server are killed, and no exit code is lost`() throws {
    try Self.withContainers { fixture, _ in
      let ids = try (1...4).map { code in
        try fixture.deploy(TinyImage.reference, Self.shell("echo on; sleep 1; echo off; exit \(code)"))
      }
      for id in ids { try eventually(within: 30, "its start") { try fixture.output(id) == "on\n" } }
      try fixture.agent.kill()
      try fixture.server.kill()
      try fixture.server.restart()
      try fixture.agent.restart()
      let client = try fixture.server.connect()
      try client.logIn("alice")
      for (place, id) in ids.enumerated() {
        let params: JSONObject = ["deployment_id": .int(id), "wait_seconds": 30]
        let row = try client.call("deployments.get", params).at("deployment")
        #expect(row.at("exit_code") == .int(place + 1))
        #expect(row.at("attempt") == 1)
        let text = try client.call("deployments.logs", ["deployment_id": .int(id)]).at("text")
        #expect(text == "on\noff\n")
      }
    }
  }

  @Test func `what cannot be a container says so, and what to do`() throws {
    try Self.withContainers { fixture, _ in
      let wanted: [(String, [String], Int, String)] = [
        ("localhost/nowhere:1", [], 125, "localhost/nowhere:1"),
        (fixture.sandbox.path + "/no.tar", [], 125, "no.tar"),
        (TinyImage.reference, ["/no/such/program"], 127, "/no/such/program"),
        (TinyImage.reference, ["/etc/passwd"], 126, "/etc/passwd"),
      ]
      for (image, command, code, word) in wanted {
        let row = try fixture.end(try fixture.deploy(image, command))
        #expect(row.at("status") == "failed")
        #expect([code, 127].contains(row.at("exit_code").int ?? 0), "\(row.text)")
        let sentence = row.at("reason", "message").string ?? ""
        #expect(sentence.contains(word), "\(sentence)")
        let told = try fixture.alice.call("deployments.explain", ["deployment_id": row.at("id")])
        #expect(told.at("reason", "message") == row.at("reason", "message"))
      }
    }
  }
}
