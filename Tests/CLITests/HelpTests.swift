import JSON
import Testing

@testable import CLI

@Test func `there is a command for every schema file`() {
  #expect(SchemaFolder.methodNames.count >= 42)
  #expect(SchemaFolder.catalog.methods.count == SchemaFolder.methodNames.count)
}

@Test func `every command's help says all its parameters, results and errors`() {
  for command in SchemaFolder.catalog.methods {
    let help = Run(["help", command.name]).output
    #expect(help.hasPrefix(command.summary + "\n"))
    #expect(
      help
        == Run([command.spelled.split(separator: " ").map(String.init), ["--help"]].flatMap(\.self)).output)
    for parameter in command.parameters {
      #expect(!parameter.shape.description.isEmpty, "\(command.name) \(parameter.name)")
      #expect(help.contains(Spelling.flag(parameter.name)), "\(command.name) \(parameter.name)")
      #expect(help.contains(parameter.shape.description), "\(command.name) \(parameter.name)")
      if parameter.shape.isSecret { #expect(help.contains("never an argument")) }
    }
    for property in command.result.properties {
      #expect(help.contains("\n  \(property.name)"), "\(command.name) \(property.name)")
    }
    for code in command.errors { #expect(help.contains("  \(code)") && !help.contains("error \(code)")) }
  }
}

@Test func `help says units, defaults and what is required`() {
  let help = Run("help", "deployments", "create").output
  #expect(
    help.contains(
      "berth deployments create NAME IMAGE_PATH CLUSTER_ID REQUIRED_CPU REQUIRED_RAM REQUIRED_GPU [--FLAGS] [-- COMMAND...]"
    ))
  #expect(help.contains("--required-cpu CORES"))
  #expect(help.contains("Priority from 0 to 100, higher first (default 50)"))
  #expect(help.contains("(required"))
  #expect(help.contains("1012"))
  #expect(help.contains("berth deployments create train /srv/images/train 1 1 2 0.5"))
}

@Test func `the overview groups every command`() {
  let help = Run("help").output
  for command in SchemaFolder.catalog.commands {
    #expect(
      help.contains("  \(command.spelled)  ") || help.contains("  \(command.spelled) "), "\(command.name)")
  }
  #expect(Run("help", "nodes").output.contains("nodes remove"))
  #expect(!Run("help", "nodes").output.contains("clusters"))
  #expect(Run("--help").output == help)
  #expect(Run("help", "nonsense").exitCode == .usage)
}

@Test(arguments: CompletionWords.shells)
func `completions mention every method, verb and flag`(shell: String) {
  let script = Run("completions", shell).output
  for command in SchemaFolder.catalog.methods {
    #expect(script.contains(command.name))
    #expect(script.contains(command.spelledVerb))
    for parameter in command.parameters where !parameter.shape.isSecret {
      #expect(script.contains(Spelling.typed(parameter.name)), "\(command.name) \(parameter.name)")
    }
  }
  #expect(script.contains("serve"))
  #expect(!script.contains("--password") && !script.contains("-l password"))
  #expect(Run("completions", "tcsh").exitCode == .usage)
}

@Test func `an example's command line reads back as the example`() {
  for command in SchemaFolder.catalog.methods {
    guard let params = command.exampleParams else { continue }
    let terminal = ScriptedTerminal()
    terminal.lines = command.parameters.filter(\.shape.isSecret).compactMap { params[$0.name]?.string }
    let line = CommandText.line(command, params)
    let run = Run(Array(shellWords(line).dropFirst()), terminal: terminal)
    #expect(run.exitCode == .ok, "\(line): \(run.errors)")
    #expect(Set(run.params?.keys ?? []) == Set(params.keys), "\(line)")
    for member in params.members { #expect(run.params?[member.key] == member.value, "\(line)") }
  }
}

/// The words of a line whose only quotes are single ones.
private func shellWords(_ line: String) -> [String] {
  var words: [String] = []
  var word = ""
  var isQuoted = false
  for character in line {
    if character == "'" {
      isQuoted.toggle()
    } else if character == " ", !isQuoted {
      words.append(word)
      word = ""
    } else {
      word.append(character)
    }
  }
  return words + [word]
}
