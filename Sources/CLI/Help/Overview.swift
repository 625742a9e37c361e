/// The help above single commands: all of them, or those of a noun.
struct Overview {
  let catalog: CommandCatalog
  let layout: HelpLayout
  private var style: TerminalStyle { layout.style }

  var text: String {
    var lines = [
      "Berth: room for deployments on machines and GPUs that a team shares.", "",
      "Usage: berth COMMAND [WORDS] [--FLAGS]", "", style.paint("Commands", "bold"),
    ]
    lines += layout.pairs(
      catalog.local.map { (Spelling.typed($0.name), $0.summary) }
        + OwnCommand.all.map { ($0.name, $0.meaning) })
    for noun in catalog.nouns {
      lines += ["", style.paint(noun, "bold")] + commands(of: noun)
    }
    lines += ["", style.paint("Options of every command", "bold")]
    lines += layout.pairs(
      GlobalOptions.explained.map { ($0.flag + ($0.value.map { " " + $0 } ?? ""), $0.meaning) })
    lines += [
      "", "Exit codes: 0 done, 1 refused, 2 cannot connect, 3 wrong command line, 4 not authenticated.",
      "berth help COMMAND explains one, such as: berth help deployments create",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  func text(of noun: String) -> String {
    ([style.paint(noun, "bold")] + commands(of: noun)).joined(separator: "\n") + "\n"
  }

  private func commands(of noun: String) -> [String] {
    layout.pairs(catalog.methods(of: noun).map { ($0.spelled, $0.summary) })
  }
}
