import JSON

/// The account of why a command failed: sentences on standard error, or with `--json` an error object on standard output.
package struct FailureReport {
  let terminal: any Terminal
  let json: Bool

  package init(terminal: any Terminal, json: Bool) {
    self.terminal = terminal
    self.json = json
  }

  /// JSON-RPC's range for a client's own errors: nothing was answered.
  private static let unreachableCode = -32000
  private static let usageCode = -32602

  package func usage(_ error: UsageError) -> ExitCode {
    let hint = error.hint.map { "did you mean \($0)?" }
    let sentence = ([error.message] + (hint.map { [$0] } ?? [])).joined(separator: "; ")
    if json {
      write(CallRefusal(code: Self.usageCode, message: sentence, data: ["kind": "usage"]))
    } else {
      var lines = ["berth: " + error.message]
      if let hint { lines.append(hint) }
      lines.append("see: berth help" + (error.topic.isEmpty ? "" : " " + error.topic))
      writeLines(lines)
    }
    return .usage
  }

  func failure(_ failure: CallFailure, _ command: Command) -> ExitCode {
    switch failure {
    case .unreachable(let sentence):
      if json {
        write(CallRefusal(code: Self.unreachableCode, message: sentence, data: ["kind": "unreachable"]))
      } else {
        writeLines(["berth: " + sentence])
      }
      return .unreachable
    case .refused(let refusal):
      json ? write(refusal) : writeLines(sentences(refusal, command))
      return refusal.exitCode
    }
  }

  private func sentences(_ refusal: CallRefusal, _ command: Command) -> [String] {
    var lines = ["berth: " + refusal.message]
    for error in refusal.data?["errors"]?.array ?? [] {
      let pointer = error["pointer"]?.string ?? ""
      lines.append("  \(command.flag(at: pointer)): \(error["message"]?.string ?? error.text)")
    }
    if refusal.code == CallRefusal.unauthenticatedCode, command.kind == .method(needsLogin: true) {
      lines.append("log in with: berth login")
    }
    return lines
  }

  private func write(_ refusal: CallRefusal) {
    terminal.write(DisplayText.escapedJSON(refusal.json.text) + "\n")
  }

  private func writeLines(_ lines: [String]) {
    terminal.writeError(lines.map { DisplayText.escaped($0) + "\n" }.joined())
  }
}
