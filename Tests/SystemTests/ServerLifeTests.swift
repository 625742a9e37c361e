import Glibc
import JSON
import POSIX
import TestSupport
import Testing

/// The beginning and the end of servers.
struct ServerLifeTests {
  private static func hasSocket(_ sandbox: Sandbox) throws -> Bool {
    try Directory(sandbox.data).statusIfPresent(of: "berth.sock") != nil
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `a signal ends a server well, and its socket with it`(signal: Int32) throws {
    try withSandbox { sandbox in
      let server = try sandbox.serve(.socket)
      let client = try server.connect()
      try client.signUp("alice")
      let socket = try Directory(sandbox.data).status(of: "berth.sock")
      #expect(socket.mode == 0o600)
      server.signal(signal)
      #expect(try server.end() == .exited(code: 0))
      #expect(try !Self.hasSocket(sandbox))
      #expect(server.log == "")
    }
  }

  @Test func `requests that have arrived are answered before the end`() throws {
    try withSandbox { sandbox in
      let server = try sandbox.serve(.socket)
      let client = try server.connect()
      try client.call("server.ping")
      let account: JSONObject = ["username": "alice", "password": "long enough"]
      let ids = [try client.send("auth.register", account), try client.send("auth.login", account)]
      // The ping of another connection comes back when both have been taken in.
      try server.connect().call("server.ping")
      #expect(try server.stop() == .exited(code: 0))
      _ = try client.answer(to: ids[0], of: "auth.register")
      _ = try client.answer(to: ids[1], of: "auth.login")
    }
  }

  @Test func `a second server at the same socket is refused; one on stdio is not`() throws {
    try withSandbox { sandbox in
      let first = try sandbox.serve(.socket)
      _ = try first.connect()
      let second = try CommandRun(["serve", "--data", sandbox.data], in: sandbox)
      #expect(second.code != 0 && second.errors.contains("Another server"), "\(second.errors)")
      try sandbox.serve(.stdio).connect().call("server.ping")
      try first.connect().call("server.ping")
    }
  }

  @Test func `a socket that a killed server left is taken over, and what it had acknowledged is there`()
    throws
  {
    try withFixture { fixture in
      try fixture.bob.deploy("acknowledged", gpu: 1)
      try fixture.server.kill()
      #expect(try Self.hasSocket(fixture.sandbox))
      let dead = try CommandRun(["server", "ping", "--connect", fixture.server.socket], in: fixture.sandbox)
      #expect(dead.code == 2)
      try fixture.server.restart()
      let client = try fixture.server.connect()
      try client.logIn("bob")
      #expect(try client.deployment(1).at("status") == "running")
      try client.requireHonestUsage()
    }
  }

  @Test func `a file that is no socket is not taken over`() throws {
    try withSandbox { sandbox in
      try Directory.makePath(sandbox.data)
      let path = sandbox.path + "/precious"
      _ = try FileDescriptor.open(path, .create)
      let run = try CommandRun(["serve", "--data", sandbox.data, "--socket", path], in: sandbox)
      #expect(run.code != 0 && run.errors.contains("not a socket"))
      #expect(try Directory(sandbox.path).statusIfPresent(of: "precious") != nil)
    }
  }

  @Test func `the end of input ends a stdio server well, be it a pipe, a file or nothing at all`() throws {
    try withSandbox { sandbox in
      let server = try sandbox.serve(.stdio)
      try server.connect().call("server.ping")
      server.closeStreams()
      #expect(try server.end() == .exited(code: 0))
      let ping = #"{"jsonrpc":"2.0","id":7,"method":"server.ping"}"#
      let file = try CommandRun(["serve", "--stdio", "--data", sandbox.data], in: sandbox, input: ping)
      #expect(file.code == 0 && file.output == #"{"jsonrpc":"2.0","id":7,"result":{"payload":null}}"# + "\n")
      let nothing = try ChildProcess(
        "/bin/sh",
        ["-c", "exec \"$0\" serve --stdio --data \(sandbox.data) </dev/null >/dev/null 2>&1"]
          + [try BerthBinary.path], environment: sandbox.environment)
      defer { nothing.signal(SIGKILL) }
      try eventually("the end") { try nothing.poll() == .exited(code: 0) }
    }
  }

  @Test func `other people's directories and modes are refused with what to do`() throws {
    try withSandbox { sandbox in
      try Directory.makePath(sandbox.path + "/open")
      chmod(sandbox.path + "/open", 0o755)
      let run = try CommandRun(["serve", "--stdio", "--data", sandbox.path + "/open"], in: sandbox)
      #expect(run.code != 0 && run.errors.contains("chmod 700"))
    }
  }

  @Test func `a whole conversation may be piped in`() throws {
    try withSandbox { sandbox in
      let lines = [
        ("auth.register", #"{"username":"a","password":"long enough"}"#),
        ("auth.login", #"{"username":"a","password":"long enough"}"#),
        ("organizations.create", #"{"name":"o"}"#),
        ("clusters.create", #"{"name":"c","total_cpu":1,"total_ram":1,"total_gpu":0}"#),
        ("clusters.get", #"{"cluster_id":1}"#),
      ]
      let input = lines.enumerated().map { place, call in
        #"{"jsonrpc":"2.0","id":\#(place),"method":"\#(call.0)","params":\#(call.1)}"#
      }
      let run = try CommandRun(
        ["serve", "--stdio", "--data", sandbox.data], in: sandbox, input: input.joined(separator: "\n"))
      let replies = try run.output.split(separator: "\n").map { try JSONParser.parse(String($0)) }
      #expect(run.code == 0 && replies.map { $0.at("id").int } == Array(0..<5))
      for (reply, call) in zip(replies, lines) {
        try MethodContract.checkResult(reply.at("result"), of: call.0)
      }
    }
  }
}
