import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// Programs that cannot be run, or not kept: a sentence that says what to do, wherever one looks.
struct FailureTests {
  /// An image, and what is said of it.
  private struct Refused {
    let image: String
    let exitCode: Int
    let sentence: String
  }

  private static func refused(_ fixture: AgentFixture) throws -> [Refused] {
    let folder = fixture.sandbox.path
    let absent = folder + "/absent"
    let plain = try fixture.script("plain", "echo no")
    chmod(plain, 0o644)
    let foreign = try fixture.file("foreign", Self.foreignHeader)
    let text = try fixture.file("text", Array("just words\n".utf8))
    let orphan = try fixture.script("orphan", "echo no", shell: "/no/such/shell")
    let empty = folder + "/empty"
    try Directory.makePath(empty)
    return [
      Refused(image: absent, exitCode: 127, sentence: "There is no file \(absent) on this node: copy it"),
      Refused(image: plain, exitCode: 126, sentence: "\(plain) is not executable on this node: chmod +x it."),
      Refused(image: foreign, exitCode: 126, sentence: ": build it for this node, or name another"),
      Refused(
        image: text, exitCode: 126, sentence: "a script begins with a line such as #!/bin/sh."),
      Refused(
        image: orphan, exitCode: 127, sentence: "a script for /no/such/shell, which is not on this node"),
      Refused(
        image: empty, exitCode: 127, sentence: "has no file `run` on this node: put the program there."),
    ]
  }

  /// Of an ELF file for a s390x, which no test runs on. Source: elf(5).
  private static let foreignHeader: [UInt8] =
    [0x7F, 0x45, 0x4C, 0x46, 2, 2, 1] + [UInt8](repeating: 0, count: 9) + [0, 2, 0, 22]
    + [UInt8](repeating: 0, count: 44)

  @Test(arguments: AgentProcess.Way.allCases)
  func `an image that cannot be run is refused with what to do`(_ way: AgentProcess.Way) throws {
    try withAgentFixture(way) { fixture in
      for image in try Self.refused(fixture) {
        let id = try fixture.deploy(image.image)
        try Self.requireFailure(of: id, fixture, exitCode: image.exitCode, saying: image.sentence)
      }
    }
  }

  @Test func `without podman a container fails with how to get it`() throws {
    let words = ["--runner", "podman", "--runner-options", "command=/no/such/podman"]
    try withAgentFixture(agentWords: words) { fixture in
      let id = try fixture.deploy("/srv/image.tar")
      let sentence = "There is no program /no/such/podman on this node"
      try Self.requireFailure(of: id, fixture, exitCode: 127, saying: sentence)
      try Self.requireFailure(of: id, fixture, exitCode: 127, saying: "install it, or correct")
    }
  }

  private static func requireFailure(
    of id: Int, _ fixture: AgentFixture, exitCode: Int, saying sentence: String
  ) throws {
    let row = try fixture.end(id)
    #expect(row.at("status") == "failed")
    #expect(row.at("exit_code") == .int(exitCode))
    let explained = try fixture.alice.call("deployments.explain", ["deployment_id": .int(id)])
    let texts = [row.at("message"), row.at("reason", "message"), explained.at("reason", "message")]
    for text in texts.map({ $0.string ?? "" }) {
      #expect(text.contains(sentence), "\(text)")
    }
  }

  @Test func `work of a lost node says where it was and what it waits for`() throws {
    try withAgentFixture(lease: 3) { fixture in
      let program = try fixture.script("work", "while [ ! -e \"$1\" ]; do sleep 0.05; done")
      let id = try fixture.deploy(program, [fixture.sandbox.path + "/go"])
      try fixture.wait(id, until: "running")
      try fixture.agent.kill()
      let row = try fixture.wait(id, until: "pending")
      #expect(row.at("message").string?.contains("Node n1 was lost: its agent was not heard") == true)
      let explained = try fixture.alice.call("deployments.explain", ["deployment_id": .int(id)])
      for reason in [row.at("reason"), explained.at("reason")] {
        let text = reason.at("message").string ?? ""
        #expect(text.contains("n1"), "\(text)")
        #expect(text.contains("berth agent"), "\(text)")
      }
      try fixture.agent.restart()
      _ = try fixture.script("go", "")
      #expect(try fixture.end(id).at("status") == "completed")
    }
  }
}

extension AgentFixture {
  /// An executable file of these bytes; answers its path.
  fileprivate func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = sandbox.path + "/" + name
    try Directory.replace(path, with: bytes, durably: false)
    chmod(path, 0o755)
    return path
  }
}
