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

  @Test(arguments: Manner.allCases)
  func `what could not be written ends with 1, and is said`(manner: Manner) throws {
    try withShell(manner) { shell in
      _ = try shell.run("auth", "register", "alice", input: "alice's password\n")
      let errors = try FileDescriptor.open(shell.sandbox.path + "/errors", .replace)
      for words in [["server", "ping", "--json"], ["help"], ["version"]] {
        let full = try FileDescriptor.open("/dev/full", .readWrite)
        let child = try ChildProcess(
          try BerthBinary.path, words + ["--data", shell.sandbox.data],
          environment: shell.sandbox.environment, input: .null, output: .descriptor(full),
          errors: .descriptor(errors))
        #expect(try child.wait() == .exited(code: 1), "\(words)")
      }
      let said = try FileDescriptor.contents(of: shell.sandbox.path + "/errors") ?? []
      #expect(String(decoding: said, as: UTF8.self).components(of: "No space left") == 3)
    }
  }

  @Test func `only who registers, or serves, makes a directory`() throws {
    try withSandbox { sandbox in
      let mistyped = sandbox.path + "/dtaa"
      try Directory.makePath(sandbox.path + "/other")
      for path in [mistyped, sandbox.path + "/other"] {
        let commands = [
          ["clusters", "list"], ["server", "ping"], ["auth", "login", "alice"], ["login", "alice"],
          ["organizations", "create", "acme"], ["passwd", "alice"], ["prune", "1"], ["doctor"], ["logout"],
        ]
        for words in commands {
          let run = try CommandRun(words + ["--data", path], in: sandbox, input: "a password\n")
          let isFine = words == ["logout"] && run.output.contains("Nobody")
          #expect((1...2).contains(run.code) || isFine, "\(words): \(run.code) \(run.errors)")
        }
      }
      #expect(FileKind(of: mistyped) == .absent)
      #expect(try Directory(sandbox.path + "/other").names() == [])
    }
  }

  @Test func `a directory is the same however its path is spelled`() throws {
    try withShell(.direct) { shell in
      _ = try shell.run("auth", "register", "alice", input: "alice's password\n")
      _ = try shell.run("login", "alice", input: "alice's password\n")
      for path in ["/", "//", "/.", "/./"].map({ shell.sandbox.data + $0 }) + ["/." + shell.sandbox.data] {
        let run = try CommandRun(["auth", "whoami", "--data", path], in: shell.sandbox)
        #expect(run.code == 0 && run.output.contains("alice"), "\(path): \(run.errors)")
      }
    }
  }

  @Test func `a damaged file of tokens is named, not taken for none`() throws {
    try withShell(.direct) { shell in
      _ = try shell.run("auth", "register", "alice", input: "alice's password\n")
      _ = try shell.run("login", "alice", input: "alice's password\n")
      let path = shell.sandbox.home + "/.config/berth/tokens.json"
      for content in ["{", "[]", #"{"format":2,"tokens":{}}"#] {
        try Directory.replace(path, with: Array(content.utf8))
        for words in [["auth", "whoami"], ["login", "alice"], ["logout"]] {
          let run = try CommandRun(
            words + ["--data", shell.sandbox.data], in: shell.sandbox, input: "alice's password\n")
          #expect(run.code == 2 && run.errors.contains(path), "\(words): \(run.code) \(run.errors)")
        }
        #expect(try FileDescriptor.contents(of: path) == Array(content.utf8))
      }
    }
  }

  @Test func `flags of the program's own commands are held to what their help says`() throws {
    try withSandbox { sandbox in
      let cases: [([String], String)] = [
        (["serve", "--lease", "0.5"], "--lease: must be at least 1"),
        (["serve", "--password-cost", "12"], "--password-cost: must be at most 11"),
        (["serve", "--snapshot-after", "99999999999999999999"], "--snapshot-after: "),
        (["agent", "a/b"], "--node: must be letters"), (["agent", "n", "--gpus", "1025"], "--gpus: "),
        (["prune", "--older-than", "-1"], "--older-than: must be at least 0"),
        (["simulate", "--swf", "x", "--processors", "1e30"], "--processors"),
      ]
      for (words, sentence) in cases {
        let run = try CommandRun(words + ["--data", sandbox.data], in: sandbox)
        #expect(run.code == 3 && run.errors.contains(sentence), "\(words): \(run.code) \(run.errors)")
      }
      #expect(FileKind(of: sandbox.data) == .absent)
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
