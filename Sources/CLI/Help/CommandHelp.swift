/// The help of one command, out of its schema.
struct CommandHelp {
  let command: Command
  let layout: HelpLayout
  private var style: TerminalStyle { layout.style }

  var text: String {
    var lines = layout.wrapped(command.summary, indent: 0)
    lines += ["", style.paint("Usage", "bold")] + layout.wrapped(usage, indent: 2)
    lines += parameterLines
    lines += resultLines
    lines += errorLines
    if let params = command.exampleParams {
      lines += ["", style.paint("Example", "bold"), "  " + CommandText.line(command, params)]
    }
    if case .method(let needsLogin) = command.kind {
      let who = needsLogin ? "needs a login (berth login, or BERTH_TOKEN)" : "open to all"
      lines += [""] + layout.wrapped("Method \(command.name); \(who).", indent: 0)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var usage: String {
    var words = ["berth", command.spelled]
    words += command.positional.map { $0.name.uppercased() }
    let bare = Set(command.positional.map(\.name))
    for parameter in command.parameters where parameter.isRequired && !bare.contains(parameter.name) {
      if !parameter.shape.isSecret { words.append(Spelling.flag(parameter.name) + placeholder(parameter)) }
    }
    if command.parameters.contains(where: { !$0.isRequired }) { words.append("[--FLAGS]") }
    if let list = command.trailing { words.append("[-- \(list.name.uppercased())...]") }
    return words.joined(separator: " ")
  }

  /// What stands behind the flag: the unit, the choices or the kind.
  private func placeholder(_ parameter: ValueShape.Property) -> String {
    let shape = parameter.shape
    if shape.isSecret { return "" }
    if !shape.choices.isEmpty {
      return " " + shape.choices.filter { !$0.isNull }.map { $0.string ?? $0.text }.joined(separator: "|")
    }
    if shape.may(be: .array) {
      return (shape.items.first?.isWord ?? true ? " TEXT" : " KEY=VALUE,...") + " ..."
    }
    if shape.may(be: .string) { return " TEXT" }
    if shape.may(be: .object) { return " KEY=VALUE ..." }
    if shape.may(be: .boolean) { return "" }
    if shape.isNumeric { return " " + (shape.unit.map(Self.heading) ?? "N") }
    return " JSON"
  }

  /// A unit as a placeholder: SECONDS, but GiB.
  private static func heading(_ unit: String) -> String {
    unit == unit.lowercased() ? unit.uppercased() : unit
  }

  private var parameterLines: [String] {
    let parameters = command.parameters
    guard !parameters.isEmpty else { return [] }
    let rows = parameters.flatMap { parameter in
      [
        (
          Spelling.flag(parameter.name) + placeholder(parameter),
          parameter.shape.description + notes(parameter)
        )
      ]
        + parameter.shape.meanings.members.map { ("  " + $0.key, $0.value.string ?? "") }
    }
    return ["", style.paint("Parameters", "bold")] + layout.pairs(rows)
  }

  private func notes(_ parameter: ValueShape.Property) -> String {
    var notes: [String] = []
    let shape = parameter.shape
    if parameter.isRequired { notes.append("required") }
    if shape.isSecret { notes.append("asked for, or a line of standard input; never an argument") }
    if let unit = shape.unit, !shape.description.lowercased().contains(unit.lowercased()) {
      notes.append(unit)
    }
    if let value = shape.defaultValue, !value.isNull {
      notes.append("default \(CellText.text(value, shape))")
    }
    if shape.may(be: .boolean) { notes.append("--no-\(Spelling.typed(parameter.name)) for false") }
    if shape.items.first?.may(be: .object) ?? false, let keys = shape.items.first?.properties.map(\.name) {
      notes.append("each \(keys.map { "\($0)=" }.joined(separator: ",")) or JSON")
    }
    return notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
  }

  private var resultLines: [String] {
    let properties = command.result.properties
    guard !properties.isEmpty else { return [] }
    let rows = properties.map { property in
      let inner = property.shape.items.first ?? property.shape
      let keys = inner.properties.map(\.name).joined(separator: ", ")
      return (property.name, property.shape.description + (keys.isEmpty ? "" : ": " + keys))
    }
    return ["", style.paint("Result", "bold")] + layout.pairs(rows)
  }

  private var errorLines: [String] {
    guard !command.errors.isEmpty else { return [] }
    return ["", style.paint("Errors", "bold")]
      + layout.pairs(command.errors.map { (String($0), ErrorMeaning.text($0)) })
  }
}
