import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// `berth up`: one machine, served by one command.
struct UpTests {
  private static let loop = """
    echo "start $BERTH_ATTEMPT" >> "$1/runs"
    echo begun
    while [ ! -e "$1/go" ]; do sleep 0.02; done
    echo "end $BERTH_ATTEMPT" >> "$1/runs"
    """

  @Test func `an empty directory becomes a machine that runs what the command line asks for, with no login`()
    throws
  {
    try withUp { up in
      #expect(up.log.contains("Made user alice"))
      #expect(up.log.contains("Node box of cluster local has"))
      let tokens = up.sandbox.home + "/.config/berth/tokens.json"
      let kept = try Directory(up.sandbox.home + "/.config/berth").status(of: "tokens.json")
      #expect(kept.mode == 0o600)
      #expect(
        String(decoding: try FileDescriptor.contents(of: tokens) ?? [], as: UTF8.self).contains("alice"))
      let program = try up.script("greet", "echo hello $1; exit 3")
      try up.command(["deployments", "create", "greet", program, "1", "0.1", "0.1", "0", "--", "you"])
      let followed = try up.command(["deployments", "logs", "1", "--follow"])
      #expect(followed.output == "hello you\n")
      let row = try up.deployment(1)
      #expect(row.at("status") == "failed")
      #expect(row.at("exit_code") == 3)
    }
  }

  @Test func `output is followed live, and the following ends with the program`() throws {
    try withUp { up in
      let program = try up.script("loop", Self.loop)
      let id = try up.deploy(program, [up.sandbox.path])
      let file = up.sandbox.path + "/followed"
      let follower = try ChildProcess(
        try BerthBinary.path, ["deployments", "logs", "\(id)", "--follow", "--data", up.sandbox.data],
        environment: up.sandbox.environment, input: .null,
        output: .descriptor(try FileDescriptor.open(file, .replace)))
      try eventually("its first line") { try FileDescriptor.contents(of: file) == Array("begun\n".utf8) }
      #expect(try follower.poll() == nil)
      _ = try up.script("go", "")
      #expect(try follower.wait(seconds: patience) == .exited(code: 0))
    }
  }

  @Test(arguments: [SIGTERM, SIGKILL])
  func `work goes on over a restart, and nothing is made a second time`(_ signal: Int32) throws {
    try withUp { up in
      let program = try up.script("loop", Self.loop)
      let id = try up.deploy(program, [up.sandbox.path])
      try eventually("its start") { up.lines("runs") == ["start 1"] }
      up.process.signal(signal)
      let end = try up.process.wait(seconds: patience)
      #expect(end == (signal == SIGTERM ? .exited(code: 0) : .killed(signal: Int(signal))))
      // The agent goes with it, the program stays.
      try eventually("the end of its agent") { up.agents.isEmpty }
      try up.restart()
      #expect(try up.deployment(id).at("status") == "running")
      _ = try up.script("go", "")
      let row = try up.deployment(id, ["--wait-seconds", "20"])
      #expect(row.at("status") == "completed")
      #expect(row.at("attempt") == 1)
      #expect(up.lines("runs") == ["start 1", "end 1"])
      #expect(up.log.components("Made user").count == 2)
      #expect(up.log.components("Node box of cluster").count == 2)
    }
  }

  @Test func `an agent that was killed is started again, and finds its work`() throws {
    try withUp { up in
      let program = try up.script("loop", Self.loop)
      let id = try up.deploy(program, [up.sandbox.path])
      try eventually("its start") { up.lines("runs") == ["start 1"] }
      let first = try #require(up.agents.first)
      Glibc.kill(first, SIGKILL)
      try eventually("another agent") { up.agents.first.map { $0 != first } ?? false }
      _ = try up.script("go", "")
      let row = try up.deployment(id, ["--wait-seconds", "20"])
      #expect(row.at("status") == "completed")
      #expect(up.lines("runs") == ["start 1", "end 1"])
    }
  }

  @Test func `an agent that hears nothing keeps it from ending for some seconds only`() throws {
    try withUp { up in
      Glibc.kill(try #require(up.agents.first), SIGSTOP)
      try up.stop()
      try up.restart()
    }
  }

  @Test func `a node that is gone is made again`() throws {
    try withUp { up in
      try up.command(["nodes", "update", "1", "--name", "other"])
      try up.stop()
      try up.restart()
      #expect(
        try up.deployment(try up.deploy("/bin/true", []), ["--wait-seconds", "20"]).at("exit_code") == 0)
    }
  }

  @Test func `what it cannot work with it says, and makes nothing`() throws {
    try withSandbox { sandbox in
      let unnamed = try CommandRun(["up", "--data", sandbox.data], in: sandbox)
      #expect(unnamed.code == 1)
      #expect(unnamed.errors.contains("is new: name its first user with --user NAME"))
      #expect(FileKind(of: sandbox.data) == .absent)
      let misnamed = try CommandRun(
        ["up", "--user", "x", "--node", "a/b", "--data", sandbox.data], in: sandbox)
      #expect(misnamed.code == 3)
      #expect(misnamed.errors.contains("--node: must be letters"), "\(misnamed.errors)")
      #expect(FileKind(of: sandbox.data) == .absent)
    }
    try withUp { up in
      let second = try CommandRun(["up", "--node", "box", "--data", up.sandbox.data], in: up.sandbox)
      #expect(second.code == 1)
      #expect(second.errors.contains("Another server has the socket"), "\(second.errors)")
      try up.stop()
      try? FileDescriptor.remove(up.sandbox.data + "/agents/box.token")
      let stranger = try CommandRun(
        ["up", "--node", "box", "--data", up.sandbox.data], in: up.sandbox,
        environment: ["HOME": up.sandbox.path + "/nobody"])
      #expect(stranger.code == 4)
      #expect(stranger.errors.contains("has users already: log in as one of them"), "\(stranger.errors)")
      try up.restart()
    }
  }
}

extension String {
  /// What stands between the places where `word` does.
  fileprivate func components(_ word: String) -> [String] {
    var parts = [""]
    var rest = Substring(self)
    while !rest.isEmpty {
      if rest.hasPrefix(word) {
        parts.append("")
        rest = rest.dropFirst(word.count)
      } else {
        parts[parts.count - 1].append(rest.removeFirst())
      }
    }
    return parts
  }
}
