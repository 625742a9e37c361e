import JSON
import POSIX
import TestSupport
import Testing

/// The program as a person meets it: each command a process of its own.
struct CommandLineTests {
  /// The server that commands find: a daemon, or the data directory itself.
  enum Manner: CaseIterable, Sendable {
    case daemon
    case direct
  }

  private struct Shell {
    let sandbox: Sandbox
    var environment: [String: String] = [:]

    /// Its flags come last here, and first below: both are to be understood.
    func run(_ words: String..., input: String = "") throws -> CommandRun {
      try CommandRun(
        words + ["--data", sandbox.data], in: sandbox, input: input, environment: environment)
    }

    /// The result of a command that is to succeed.
    func json(_ words: String..., input: String = "") throws -> JSONValue {
      let run = try CommandRun(
        ["--json", "--data", sandbox.data] + words, in: sandbox, input: input, environment: environment)
      try #require(run.code == 0, "\(run.errors)")
      return try JSONParser.parse(run.output)
    }
  }

  private func withShell(_ manner: Manner, _ body: (Shell) throws -> Void) throws {
    try withSandbox { sandbox in
      if manner == .daemon { _ = try sandbox.serve(.socket).connect() }
      try body(Shell(sandbox: sandbox))
    }
  }

  @Test(arguments: Manner.allCases)
  func `a person registers, logs in and runs something, with a daemon and without`(manner: Manner) throws {
    try withShell(manner) { shell in
      let registered = try shell.json("auth", "register", "alice", input: "alice's password\n")
      #expect(registered.at("user", "username") == "alice")
      #expect(try shell.run("login", "alice", input: "alice's password\n").code == 0)
      let tokens = try #require(
        try Directory(shell.sandbox.home + "/.config/berth").statusIfPresent(of: "tokens.json"))
      #expect(tokens.mode == 0o600)
      #expect(try shell.json("auth", "whoami").at("user", "username") == "alice")
      #expect(try shell.json("organizations", "create", "acme").at("organization", "name") == "acme")
      let totals = ["--total-cpu", "8", "--total_ram", "16", "--total-gpu=1"]
      let cluster = try CommandRun(
        ["clusters", "create", "--name", "lab"] + totals + ["--data", shell.sandbox.data], in: shell.sandbox)
      #expect(cluster.code == 0 && cluster.output.contains("total_cpu"))
      let made = try shell.json("deployments", "create", "job", "/i", "1", "1", "2", "0.5", "--", "a", "-b")
      #expect(made.at("deployment", "command") == ["a", "-b"])
      let table = try shell.run("deployments", "list")
      #expect(table.output.split(separator: "\n").count == 2)
      #expect(table.output.hasPrefix("ID") && table.output.contains("running"))
      #expect(try shell.json("deployments", "list").at("deployments").array?.count == 1)
      #expect(try shell.json("call", "deployments.complete", "deployment_id=1").at("deployment", "id") == 1)
      let piped = try shell.json("call", "deployments.get", "-", input: #"{"deployment_id":1}"#)
      #expect(piped.at("deployment", "status") == "completed")
      #expect(try shell.run("logout").code == 0)
      #expect(try shell.run("auth", "whoami").code == 4)
    }
  }

  @Test(arguments: Manner.allCases)
  func `the exit code says what went wrong, and json says it too`(manner: Manner) throws {
    try withShell(manner) { shell in
      _ = try shell.run("auth", "register", "alice", input: "alice's password\n")
      #expect(try shell.run("server", "ping").code == 0)
      let taken = try shell.run("auth", "register", "alice", input: "alice's password\n")
      #expect(taken.code == 1 && taken.errors.contains("alice already") && taken.output == "")
      let refused = try shell.run("auth", "register", "alice", "--json", input: "alice's password\n")
      let error = try JSONParser.parse(refused.output.isEmpty ? refused.errors : refused.output)
      #expect(refused.code == 1 && error.at("code") == 1009 && error.at("data", "kind") == "conflict")
      for words in [
        ["nonsense"], ["clusters", "get"], ["clusters", "get", "x"], ["server", "ping", "--colour"],
      ] {
        #expect(
          try CommandRun(words + ["--data", shell.sandbox.data], in: shell.sandbox).code == 3, "\(words)")
      }
      #expect(try shell.run("auth", "whoami").code == 4)
      #expect(try shell.run("login", "alice", input: "wrong password\n").code == 4)
      let nowhere = try shell.run("server", "ping", "--connect", shell.sandbox.path + "/none.sock")
      #expect(nowhere.code == 2 && nowhere.errors.components(of: "Cannot connect") == 1, "\(nowhere.errors)")
    }
  }

  @Test func `a token in the environment serves a script, and none is kept`() throws {
    try withFixture { fixture in
      let token = try fixture.bob.call("tokens.create", ["name": "script", "scope": "deploy"]).at(
        "token", "text")
      var shell = Shell(sandbox: fixture.sandbox)
      shell.environment["BERTH_TOKEN"] = token.string
      #expect(try shell.json("auth", "whoami").at("user", "username") == "bob")
      shell.environment["BERTH_DATA"] = "/nowhere"
      #expect(try shell.json("auth", "whoami").at("user", "username") == "bob")
      #expect(try Directory(fixture.sandbox.home).names() == [])
    }
  }

  @Test func `help, version and completions need no server`() throws {
    try withSandbox { sandbox in
      for words in [
        ["help"], ["help", "deployments", "create"], ["version"], ["completions", "bash"], ["--help"],
        ["deployments", "create", "--help"],
      ] {
        let run = try CommandRun(words, in: sandbox)
        #expect(run.code == 0 && !run.output.isEmpty && run.errors == "", "\(words)")
      }
      #expect(try Directory(sandbox.path).statusIfPresent(of: "data") == nil)
    }
  }

  @Test func `the demo shows a preemption and leaves nothing behind`() throws {
    try withSandbox { sandbox in
      let before = Set(try Directory(sandbox.path).names())
      let demo = try CommandRun(["demo"], in: sandbox)
      #expect(demo.code == 0 && demo.errors == "")
      #expect(demo.output.contains("urgent") && demo.output.contains("Needs 0.5 GPU"))
      #expect(Set(try Directory(sandbox.path).names()).subtracting(before) == ["run"])
    }
  }
}

extension String {
  /// How often `text` stands in it.
  fileprivate func components(of text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
