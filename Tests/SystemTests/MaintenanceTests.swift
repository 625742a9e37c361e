import JSON
import POSIX
import TestSupport
import Testing

/// doctor, backup, prune and passwd, beside a server that is at work.
struct MaintenanceTests {
  private static func run(_ fixture: Fixture, _ words: String..., data: String? = nil, input: String = "")
    throws
    -> CommandRun
  {
    try CommandRun(words + ["--data", data ?? fixture.sandbox.data], in: fixture.sandbox, input: input)
  }

  @Test func `a backup opens, is whole, and holds what was there`() throws {
    try withFixture(.init(.socket, snapshotAfter: 3000)) { fixture in
      try Snapshots.force(by: fixture.bob, in: fixture.sandbox, count: 2)
      try fixture.bob.deploy("last", gpu: 1)
      let copy = fixture.sandbox.path + "/copy"
      #expect(try Self.run(fixture, "backup", copy).code == 0)
      // A second time: the directory is not empty any more.
      #expect(try Self.run(fixture, "backup", copy).code == 1)
      let rows = try fixture.bob.allDeployments()
      try fixture.bob.deploy("later")
      #expect(try Self.run(fixture, "doctor", data: copy).code == 0)
      let restored = try fixture.sandbox.serve(.init(), data: copy).connect()
      try restored.logIn("bob")
      #expect(try restored.allDeployments() == rows)
      #expect(try restored.deploy("anew").at("id") == .int(rows.count + 1))
      #expect(try fixture.bob.allDeployments().count == rows.count + 1)
    }
  }

  @Test func `prune drops what is over, from every process's lists, and nothing that lives`() throws {
    try withFixture(.init(.socket, snapshotAfter: 3000)) { fixture in
      try fixture.bob.deploy("lives", gpu: 1)
      try Snapshots.force(by: fixture.bob, in: fixture.sandbox, count: 2)
      let before = try fixture.bob.allDeployments().count
      // It is refused while the server is at a snapshot of its own.
      try eventually("a prune") { try Self.run(fixture, "prune", "--older-than", "1").code == 0 }
      #expect(try fixture.bob.allDeployments().count == before)
      try CommandRun.prune(fixture.sandbox)
      #expect(try fixture.bob.allDeployments().map { $0.at("name") } == ["lives"])
      #expect(try fixture.bob.refusal("deployments.get", ["deployment_id": 2]).code == 1004)
      // Its number is not given again.
      #expect(try fixture.bob.deploy("next").at("id") == .int(before + 1))
      #expect(try Self.run(fixture, "prune", "--older-than", "-1").code == 3)
    }
  }

  @Test func `passwd sets a password beside the server, and ends the user's tokens there`() throws {
    try withFixture { fixture in
      let changed = try Self.run(fixture, "passwd", "bob", input: "set by the admin\n")
      #expect(changed.code == 0)
      #expect(try fixture.bob.refusal("auth.whoami").code == 1001)
      try fixture.bob.call("auth.login", ["username": "bob", "password": "set by the admin"])
      #expect(try Self.run(fixture, "passwd", "bob", input: "short\n").code == 3)
      #expect(try Self.run(fixture, "passwd", "nobody", input: "long enough\n").code == 1)
    }
  }

  @Test func `the doctor says what is wrong, and what is not there is not made`() throws {
    try withFixture { fixture in
      #expect(try Self.run(fixture, "doctor").code == 0)
      let copy = fixture.sandbox.path + "/copy"
      #expect(try Self.run(fixture, "backup", copy).code == 0)
      let journal = copy + "/journal.jsonl"
      var bytes = try #require(try FileDescriptor.contents(of: journal))
      bytes[bytes.count / 2] ^= 1
      try FileDescriptor.open(journal, .readWrite).write(bytes, at: 0)
      let sick = try Self.run(fixture, "doctor", data: copy)
      #expect(sick.code == 1 && sick.output.contains("fault") && sick.output.contains("journal.jsonl"))
      // A damaged directory is not served either.
      let refused = try CommandRun(["serve", "--stdio", "--data", copy], in: fixture.sandbox)
      #expect(refused.code != 0 && refused.errors.contains("doctor"), "\(refused.errors)")
      #expect(try Self.run(fixture, "doctor", data: fixture.sandbox.path + "/none").code == 1)
      #expect(try Directory(fixture.sandbox.path).statusIfPresent(of: "none") == nil)
    }
  }
}
