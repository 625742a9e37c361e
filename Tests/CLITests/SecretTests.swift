import JSON
import Testing

@testable import CLI

@Test func `secrets are asked for without echo on a terminal`() {
  let terminal = ScriptedTerminal()
  terminal.inputIsTerminal = true
  terminal.secrets = ["old one", "new one"]
  let run = Run("auth", "change-password", terminal: terminal)
  #expect(run.params == ["old_password": "old one", "new_password": "new one"])
  #expect(terminal.prompts == ["Old password: ", "New password: "])
}

@Test func `secrets are a line each where input is no terminal`() {
  let terminal = ScriptedTerminal()
  terminal.lines = ["correct horse battery", "never read"]
  let run = Run("auth", "login", "alice", terminal: terminal)
  #expect(run.params == ["username": "alice", "password": "correct horse battery"])
  #expect(terminal.lines == ["never read"])
  #expect(Run("auth", "login", "alice").errors.contains("password was to be read from standard input"))
}

@Test(arguments: [
  ["auth", "login", "alice", "--password", "hunter2"],
  ["auth", "login", "alice", "--password=hunter2"],
  ["auth", "login", "alice", "hunter2"],
  ["auth", "whoami", "--token", "hunter2"],
  ["auth", "join-organization", "hunter2"],
  ["organizations", "create", "acme", "--invite-code", "hunter2"],
  ["call", "auth.login", "username=alice", "password=hunter2"],
  ["call", "auth.login", "password:=\"hunter2\""],
  ["call", "auth.login", #"{"username":"alice","password":"hunter2"}"#],
])
func `secrets are never taken from the words`(words: [String]) {
  let run = Run(words)
  #expect(run.exitCode == .usage)
  #expect(run.caller.calls.isEmpty)
  #expect(run.errors.contains("asked for"), "\(run.errors)")
}

@Test func `a secret may come in JSON from standard input`() {
  let terminal = ScriptedTerminal()
  terminal.lines = [#"{"username":"alice","password":"hunter2!"}"#]
  #expect(Run("call", "auth.login", "-", terminal: terminal).params?["password"] == "hunter2!")
}

@Test func `an optional secret is asked for by its bare flag alone`() {
  let terminal = ScriptedTerminal()
  terminal.lines = ["abc"]
  #expect(Run("auth", "whoami", "--token", terminal: terminal).params == ["token": "abc"])
  #expect(Run("auth", "whoami").params == [:])
}

@Test func `nothing is asked for while the words are wrong`() {
  let terminal = ScriptedTerminal()
  terminal.inputIsTerminal = true
  #expect(Run("auth", "login", terminal: terminal).exitCode == .usage)
  #expect(terminal.prompts.isEmpty)
}
