import CLI
import JSON

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
}

/// A line each.
enum LocalCommands {
  static var all: [LocalCommand] {
    [.up, .serve, .agent, .login, .logout, .doctor, .backup, .prune, .passwd, .demo, .simulate, .version]
  }

  static func run(_ call: CommandInterface.LocalCall, _ terminal: SystemTerminal) -> ExitCode {
    guard let command = all.first(where: { $0.name == call.name }) else { return .usage }
    do {
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
