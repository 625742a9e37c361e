import JSON

/// An option of a runner, which its agent is given by `--runner-options NAME=VALUE`.
package struct RunnerOption: Sendable {
  package enum Kind: Sendable {
    /// One word, which does not begin with "-"; the text is what stands for it in the help.
    case word(String)
    case absolutePath
    case choice([String])
    /// Arguments for the program behind the runner, of these names alone, each written `--name=value`. In a value of the
    /// command line blanks stand between them.
    case arguments(of: Set<String>)
  }

  package let name: String
  package let kind: Kind
  /// Its meaning, and what holds when it is not given.
  package let summary: String

  package init(_ name: String, _ kind: Kind, _ summary: String) {
    self.name = name
    self.kind = kind
    self.summary = summary
  }

  /// As it is written: `cgroups=auto|off`.
  var usage: String {
    switch kind {
    case .word(let placeholder): "\(name)=\(placeholder)"
    case .absolutePath: "\(name)=/PATH"
    case .choice(let choices): "\(name)=\(choices.joined(separator: "|"))"
    case .arguments: "\(name)=WORDS"
    }
  }
}

/// The options that a runner was given, each in the form that it says.
package struct RunnerOptions: Equatable, Sendable {
  private var words: [String: String] = [:]
  private var lists: [String: [String]] = [:]

  /// Throws a sentence that says what `runner` takes.
  package init(_ object: JSONObject, of runner: any Runner.Type) throws(RunFailure) {
    for member in object.members {
      guard let option = runner.options.first(where: { $0.name == member.key }) else {
        throw Self.unknown(member.key, of: runner)
      }
      let subject = "The \(runner.name) runner's option `\(option.name)`"
      switch option.kind {
      case .word:
        words[option.name] = try Self.text(
          member.value, "\(subject) is one word that does not begin with \"-\"."
        ) {
          $0.first != UInt8(ascii: "-") && $0.allSatisfy { $0 > 0x20 && $0 != 0x7F }
        }
      case .absolutePath:
        words[option.name] = try Self.text(member.value, "\(subject) is an absolute path.") {
          $0.first == UInt8(ascii: "/")
        }
      case .choice(let choices):
        let names = choices.map { "\"\($0)\"" }.joined(separator: " or ")
        words[option.name] = try Self.text(member.value, "\(subject) is \(names).") { text in
          choices.contains { $0.utf8.elementsEqual(text) }
        }
      case .arguments(let names):
        lists[option.name] = try Self.arguments(member.value, of: names, subject)
      }
    }
  }

  /// Nil when it was not given.
  subscript(name: String) -> String? { words[name] }

  func arguments(_ name: String) -> [String] { lists[name] ?? [] }

  private static func unknown(_ name: String, of runner: any Runner.Type) -> RunFailure {
    let names = runner.options.map { "`\($0.name)`" }
    let taken = names.isEmpty ? "none" : names.joined(separator: ", ")
    return RunFailure(exitCode: 125, "The \(runner.name) runner has no option `\(name)`: it takes \(taken).")
  }

  private static func text(
    _ value: JSONValue, _ refusal: String, _ isRight: (String.UTF8View) -> Bool
  ) throws(RunFailure) -> String {
    guard let text = value.string, !text.isEmpty, isRight(text.utf8) else {
      throw RunFailure(exitCode: 125, refusal)
    }
    return text
  }

  private static func arguments(_ value: JSONValue, of names: Set<String>, _ subject: String)
    throws(RunFailure) -> [String]
  {
    let words =
      value.array?.map { $0.string ?? $0.text } ?? value.string?.split(separator: " ").map(String.init) ?? []
    for word in words where !names.contains(String(word.prefix { $0 != "=" })) {
      throw RunFailure(
        exitCode: 125,
        "\(subject) takes no \"\(word)\": write each as one word, as in \"--name=value\", and of these: "
          + "\(names.sorted().joined(separator: " ")).")
    }
    return words
  }
}
