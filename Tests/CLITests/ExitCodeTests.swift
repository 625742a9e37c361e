import JSON
import Testing

@testable import CLI

@Test func `a refusal is 1, its violations named by their flags`() {
  let data: JSONValue = [
    "kind": "invalid_params",
    "errors": [
      ["pointer": "/required_cpu", "message": "must not be below 0"], ["pointer": "", "message": "too few"],
    ],
  ]
  let refusal = CallRefusal(code: -32602, message: "The params are not as they must be.", data: data)
  let words = ["deployments", "create", "a", "/i", "1", "-1", "1", "0"]
  let run = Run(words, answer: .failure(.refused(refusal)))
  #expect(run.exitCode == .refused)
  #expect(
    run.errors == """
      berth: The params are not as they must be.
        --required-cpu: must not be below 0
        params: too few

      """)
  #expect(run.output.isEmpty)
}

@Test func `with json an error is the error object on standard output`() throws {
  let refusal = CallRefusal(code: 1004, message: "No deployment 9.", data: ["kind": "not_found"])
  let run = Run(["deployments", "get", "9", "--json"], answer: .failure(.refused(refusal)))
  #expect(run.exitCode == .refused)
  #expect(run.output == #"{"code":1004,"message":"No deployment 9.","data":{"kind":"not_found"}}"# + "\n")
  #expect(run.errors.isEmpty)
  let usage = Run(["deployments", "get", "--json"])
  #expect(usage.exitCode == .usage)
  #expect(try JSONParser.parse(usage.output)["data"]?["kind"] == "usage")
}

@Test func `nobody is 4, with the way to log in`() {
  let refusal = CallRefusal(code: 1001, message: "No token was given.")
  let run = Run(["auth", "whoami"], answer: .failure(.refused(refusal)))
  #expect(run.exitCode == .unauthenticated)
  #expect(run.errors.contains("berth login"))
  let terminal = ScriptedTerminal()
  terminal.lines = ["wrong password"]
  let login = Run("auth", "login", "alice", terminal: terminal, answer: .failure(.refused(refusal)))
  #expect(login.exitCode == .unauthenticated)
  #expect(!login.errors.contains("berth login"))
}

@Test func `what cannot be reached is 2, and is not tried before it is needed`() throws {
  let failure = CallFailure.unreachable("Cannot connect to /x/berth.sock: no such file.")
  let run = Run("server", "ping", connectFailure: failure)
  #expect(run.exitCode == .unreachable)
  #expect(run.errors == "berth: Cannot connect to /x/berth.sock: no such file.\n")
  let json = Run("server", "ping", "--json", connectFailure: failure)
  #expect(json.exitCode == .unreachable)
  #expect(try JSONParser.parse(json.output)["data"]?["kind"] == "unreachable")
  #expect(Run("help", connectFailure: failure).exitCode == .ok)
  #expect(Run("server", "pong", connectFailure: failure).exitCode == .usage)
}

@Test func `no words, half a command and a flag without its path are 3`() {
  #expect(Run([]).exitCode == .usage)
  #expect(Run([]).errors.contains("deployments create"))
  #expect(Run("deployments").exitCode == .usage)
  #expect(Run("server", "ping", "--data").exitCode == .usage)
  #expect(Run("server", "ping", "--connect=/a", "--data", "/b").exitCode == .ok)
}
