extension CompletionWords {
  /// Rules for fish, each with the words that must stand before it.
  var fish: String {
    var lines = [
      "# fish completion of berth: put it into ~/.config/fish/completions/berth.fish",
      "complete -c berth -f",
    ]
    for entry in first {
      lines.append(rule("__fish_use_subcommand", "-a \(entry.word)", entry.description))
    }
    for noun in catalog.nouns {
      let methods = catalog.methods(of: noun)
      let typed = Spelling.typed(noun)
      let verbs = methods.map(\.spelledVerb).line
      let isOpen = "__fish_seen_subcommand_from \(typed); and not __fish_seen_subcommand_from \(verbs)"
      lines += methods.map { rule(isOpen, "-a \($0.spelledVerb)", $0.summary) }
      for method in methods {
        let isIt =
          "__fish_seen_subcommand_from \(typed); and __fish_seen_subcommand_from \(method.spelledVerb)"
        lines += flags(of: method).map { rule(isIt, Self.option($0), $0.description) }
      }
    }
    for command in catalog.local {
      let isIt = "__fish_seen_subcommand_from \(command.spelled)"
      lines += flags(of: command).map { rule(isIt, Self.option($0), $0.description) }
    }
    lines.append(rule("__fish_seen_subcommand_from call help", "-a '\(methodNames.line)'", "method"))
    lines.append(rule("__fish_seen_subcommand_from completions", "-a '\(Self.shells.line)'", "shell"))
    return lines.joined(separator: "\n") + "\n"
  }

  private func rule(_ condition: String, _ what: String, _ description: String) -> String {
    "complete -c berth -n '\(condition)' \(what) -d \(Self.quoted(description))"
  }

  private static func option(_ flag: Flag) -> String {
    let name = "-l \(flag.name.dropFirst(2))"
    guard flag.takesValue else { return name }
    return name + (flag.choices.isEmpty ? " -rF" : " -xa '\(flag.choices.line)'")
  }

  /// In single quotes, where fish knows only `\'` and `\\`.
  private static func quoted(_ text: String) -> String {
    var result = "'"
    for character in text {
      if character == "'" || character == "\\" { result += "\\" }
      result.append(character)
    }
    return result + "'"
  }
}
