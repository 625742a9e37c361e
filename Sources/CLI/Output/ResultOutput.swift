import JSON

/// The output of what a server answered, for a person or for a program.
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

  private var style: TerminalStyle { TerminalStyle(terminal, options) }
  private var limit: Int? { terminal.outputIsTerminal ? max(20, terminal.columns) : nil }

  package func show(_ result: JSONValue) {
    guard !options.json else { return writeJSON(result) }
    if let output = command.result.output { return write(result, output) }
    terminal.write(ResultPage(shape: command.result, style: style, limit: limit).text(result))
    guard let more = more(result) else { return }
    // Beside a terminal it would be a row too many for whoever reads the table.
    terminal.outputIsTerminal ? terminal.write(more) : terminal.writeError(more)
  }

  /// One line a notification.
  func show(_ params: JSONObject, of notification: ValueShape.Notification) {
    guard !options.json else { return writeJSON(.object(params)) }
    let shape = notification.params.first
    if let output = shape?.output { return write(.object(params), output) }
    let keys = shape.map { $0.columns.isEmpty ? params.keys : $0.columns } ?? params.keys
    let texts = keys.compactMap { key in params[key].map { CellText.text($0, shape?.property(key)) } }
    terminal.write(texts.joined(separator: "  ") + "\n")
  }

  /// As a program wrote it: whoever reads it asked for that.
  private func write(_ value: JSONValue, _ output: ValueShape.Output) {
    terminal.write(value[output.text]?.string ?? "")
    guard let remark = output.remark.flatMap({ value[$0]?.string }) else { return }
    terminal.writeError("berth: \(DisplayText.escaped(remark))\n")
  }

  /// The params that ask for what follows `result`, up to what `first` told of; nil when that is all there, or the person
  /// said how much.
  func paramsOfMore(_ result: JSONValue, after first: JSONValue) -> JSONObject? {
    guard !options.json, let output = command.result.output, let more = output.more, params["limit"] == nil,
      result[output.text]?.string?.isEmpty == false, let next = result[more.next]?.int,
      let until = first[more.until]?.int, next < until
    else { return nil }
    var following = params
    following[more.parameter] = .int(next)
    for key in first.object?.keys ?? [] where key != more.parameter && following[key] == nil {
      // What the first answer says of itself, such as which of several it was.
      if command.parameters.contains(where: { $0.name == key }) { following[key] = first[key] }
    }
    return following
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
