import JSON

@testable import CLI

/// A terminal that remembers what was written, and types what it was given.
final class ScriptedTerminal: Terminal {
  var columns = 100
  var outputIsTerminal = false
  var outputIsRead = true
  var inputIsTerminal = false
  var allowsColor = true
  var lines: [String] = []
  var secrets: [String] = []
  private(set) var prompts: [String] = []
  private(set) var output = ""
  private(set) var errors = ""

  func readLine() -> String? { lines.isEmpty ? nil : lines.removeFirst() }

  func readSecret(_ prompt: String) -> String? {
    prompts.append(prompt)
    return secrets.isEmpty ? nil : secrets.removeFirst()
  }

  func write(_ text: String) { output += text }
  func writeError(_ text: String) { errors += text }
}

/// A server that answers what it was told to, and remembers what it was asked.
final class ScriptedCaller: Client {
  var answer: Result<JSONValue, CallFailure> = .success([:])
  var notifications: [JSONObject] = []
  private(set) var calls: [(method: String, params: JSONObject)] = []

  func call(_ method: String, _ params: JSONObject) throws(CallFailure) -> JSONValue {
    calls.append((method, params))
    return try answer.get()
  }

  func call(
    _ method: String, _ params: JSONObject, hearing notification: String, _ heard: (JSONObject) -> Bool
  ) throws(CallFailure) -> JSONValue? {
    while notification == "log", !notifications.isEmpty {
      guard heard(notifications.removeFirst()) else { return nil }
    }
    return try call(method, params)
  }

  func nextNotification(_ name: String) -> JSONObject? {
    name == "event" && !notifications.isEmpty ? notifications.removeFirst() : nil
  }
}

/// One run of the command line.
struct Run {
  let exitCode: ExitCode
  let terminal: ScriptedTerminal
  let caller: ScriptedCaller
  let local: [CommandInterface.LocalCall]

  var output: String { terminal.output }
  var errors: String { terminal.errors }
  var params: JSONObject? { caller.calls.last?.params }
  var method: String? { caller.calls.last?.method }

  init(
    _ words: String..., terminal: ScriptedTerminal = ScriptedTerminal(),
    answer: Result<JSONValue, CallFailure> = .success([:]), notifications: [JSONObject] = [],
    connectFailure: CallFailure? = nil
  ) {
    self.init(
      words, terminal: terminal, answer: answer, notifications: notifications, connectFailure: connectFailure)
  }

  init(
    _ words: [String], terminal: ScriptedTerminal = ScriptedTerminal(),
    answer: Result<JSONValue, CallFailure> = .success([:]), notifications: [JSONObject] = [],
    connectFailure: CallFailure? = nil
  ) {
    let caller = ScriptedCaller()
    caller.answer = answer
    caller.notifications = notifications
    var local: [CommandInterface.LocalCall] = []
    let interface = CommandInterface(
      SchemaFolder.catalog,
      connect: { _, _ throws(CallFailure) in
        if let connectFailure { throw connectFailure }
        return caller
      },
      runLocal: {
        local.append($0)
        return .ok
      })
    exitCode = interface.run(words, terminal)
    self.terminal = terminal
    self.caller = caller
    self.local = local
  }
}
