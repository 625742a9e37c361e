import CLI
import JSON
import Schemas

/// A command of the program itself: what it takes, as a method's schema says it, and what it does.
struct LocalCommand: Sendable {
  let name: String
  let schema: JSONObject
  let run: @Sendable (CommandInterface.LocalCall, SystemTerminal) throws -> ExitCode

  /// `properties` as in a schema, in the order in which help shows them.
  init(
    _ name: String, _ description: String, properties: JSONObject = [:], required: [String] = [],
    run: @escaping @Sendable (CommandInterface.LocalCall, SystemTerminal) throws -> ExitCode
  ) {
    self.name = name
    self.run = run
    schema = [
      "description": .string(description),
      "params": [
        "type": "object", "additionalProperties": false, "properties": .object(properties),
        "required": .array(required.map(JSONValue.string)),
      ],
    ]
  }

  var command: Command { Command(local: name, schema: schema) }

  /// What is wrong with the params, as a server would say it of a method's; nil: nothing.
  func refusal(of params: JSONObject) throws(SchemaError) -> UsageError? {
    let violations = try Schema(schema["params"] ?? true).violations(in: .object(params))
    guard !violations.isEmpty else { return nil }
    return UsageError(
      violations.map { "\(command.flag(at: $0.pointer)): \($0.message)" }.joined(separator: "; "), topic: name
    )
  }
}

/// A line each.
enum LocalCommands {
  static var all: [LocalCommand] {
    [.up, .serve, .agent, .login, .logout, .doctor, .backup, .prune, .passwd, .demo, .simulate, .version]
  }

  static func run(_ call: CommandInterface.LocalCall, _ terminal: SystemTerminal) -> ExitCode {
    guard let command = all.first(where: { $0.name == call.name }) else { return .usage }
    do {
      if let refusal = try command.refusal(of: call.params) {
        return FailureReport(terminal: terminal, json: call.options.json).usage(refusal)
      }
      return try command.run(call, terminal)
    } catch CallFailure.refused(let refusal) {
      terminal.writeError("berth: \(refusal.message)\n")
      return refusal.exitCode
    } catch CallFailure.unreachable(let sentence) {
      terminal.writeError("berth: \(sentence)\n")
      return .unreachable
    } catch {
      terminal.writeError("berth: \(error)\n")
      return .refused
    }
  }
}
