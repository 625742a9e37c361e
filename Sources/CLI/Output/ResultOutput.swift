import JSON

/// Writes what a server answered, for a person or for a program.
package struct ResultOutput {
  let command: Command
  let params: JSONObject
  let options: GlobalOptions
  let terminal: any Terminal

  package init(command: Command, params: JSONObject, options: GlobalOptions, terminal: any Terminal) {
    self.command = command
    self.params = params
    self.options = options
    self.terminal = terminal
  }

  private var ink: Ink { Ink(terminal, options) }
  private var limit: Int? { terminal.outputIsTerminal ? max(20, terminal.columns) : nil }

  package func show(_ result: JSONValue) {
    guard !options.json else { return writeJSON(result) }
    terminal.write(ResultPage(shape: command.result, ink: ink, limit: limit).text(result))
    guard let more = more(result) else { return }
    // Beside a terminal it would be a row too many for whoever reads the table.
    terminal.outputIsTerminal ? terminal.write(more) : terminal.writeError(more)
  }

  /// One line a notification.
  func show(_ params: JSONObject, of notification: Shape.Notification) {
    guard !options.json else { return writeJSON(.object(params)) }
    let shape = notification.params.first
    let keys = shape.map { $0.columns.isEmpty ? params.keys : $0.columns } ?? params.keys
    let texts = keys.compactMap { key in params[key].map { CellText.text($0, shape?.property(key)) } }
    terminal.write(texts.joined(separator: "  ") + "\n")
  }

  private func writeJSON(_ value: JSONValue) { terminal.write(DisplayText.escapedJSON(value.text) + "\n") }

  /// How to get the rows that follow; nil at the end.
  private func more(_ result: JSONValue) -> String? {
    guard let cursor = result["next_cursor"], !cursor.isNull else { return nil }
    var next = params
    next["cursor"] = cursor
    return "more: \(DisplayText.escaped(CommandText.line(command, next)))\n"
  }
}
