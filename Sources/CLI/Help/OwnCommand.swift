/// A command that is the command line's own, about all methods alike.
struct OwnCommand: Sendable {
  let name: String
  /// What stands behind the name.
  let words: String
  let meaning: String
  let details: [String]

  static let all = [
    OwnCommand(
      name: "call", words: "METHOD [KEY=VALUE | KEY:=JSON | JSON | -]",
      meaning: "Call a method by its wire name",
      details: [
        "KEY=VALUE is typed by the method's schema; KEY:=JSON is JSON as it stands; an argument that begins with",
        "{ is an object of params; - reads such an object from standard input. What is missing or wrong beyond",
        "that is the server's to say. Secrets are asked for, or read from standard input.", "",
        "  berth call server.ping payload=hello",
        "  berth call deployments.get '{\"deployment_id\":3}' --json",
      ]),
    OwnCommand(
      name: "completions", words: "bash|zsh|fish", meaning: "Print a shell's completions, to be sourced",
      details: ["  source <(berth completions bash)"]),
    OwnCommand(
      name: "help", words: "[COMMAND | METHOD | markdown]", meaning: "Explain a command",
      details: [
        "  berth help deployments create", "  berth help deployments", "  berth deployments create --help",
        "  berth help markdown: all methods, as a table in Markdown",
      ]),
  ]

  static func named(_ name: String) -> OwnCommand? { all.first { $0.name == Spelling.key(name) } }

  var help: String {
    ([meaning + ".", "", "Usage", "  berth \(name) \(words)", ""] + details).map { $0 + "\n" }.joined()
  }
}
