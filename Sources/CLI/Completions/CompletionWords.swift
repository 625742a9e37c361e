/// The words that can be completed, for any shell.
struct CompletionWords {
  struct Flag {
    /// `--priority`
    let name: String
    let description: String
    let takesValue: Bool
    let choices: [String]
  }

  let catalog: CommandCatalog

  /// The first words and what they are: commands of the program, nouns, the command line's own.
  var first: [(word: String, description: String)] {
    catalog.local.map { (Spelling.typed($0.name), $0.summary) }
      + catalog.nouns.map { (Spelling.typed($0), "commands on \(Spelling.typed($0))") }
      + OwnCommand.all.map { ($0.name, $0.meaning) }
  }

  func flags(of command: Command) -> [Flag] {
    command.parameters.filter { !$0.shape.isSecret }.map { parameter in
      let choices = (parameter.shape.choices + parameter.shape.examples).compactMap(\.string)
      let isSwitch = parameter.shape.may(be: .boolean)
      return Flag(
        name: Spelling.flag(parameter.name), description: parameter.shape.description, takesValue: !isSwitch,
        choices: choices)
    } + Self.global
  }

  private static let global = GlobalOptions.explained.map {
    Flag(name: $0.flag, description: $0.meaning, takesValue: $0.value != nil, choices: [])
  }

  var methodNames: [String] { catalog.methods.map(\.name) }
  static let shells = ["bash", "zsh", "fish"]

  /// The script that the shell sources; nil for a shell that is not known.
  func script(for shell: String) -> String? {
    switch shell {
    case "bash": bash
    case "zsh": zsh
    case "fish": fish
    default: nil
    }
  }
}

extension [String] {
  /// Words in one line.
  var line: String { joined(separator: " ") }
}
