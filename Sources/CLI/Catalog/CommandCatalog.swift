/// The commands that there are, found by the words a person types.
package struct CommandCatalog: Sendable {
  package let commands: [Command]

  package init(methods: [CommandMethod], definitions: Definitions, local: [Command] = []) {
    commands = local + methods.map { Command($0, definitions) }
  }

  package var local: [Command] { commands.filter { $0.kind == .local } }
  package var methods: [Command] { commands.filter { $0.kind != .local } }

  /// The nouns of the methods, in the catalog's order.
  package var nouns: [String] {
    var nouns: [String] = []
    for noun in methods.compactMap(\.noun) where !nouns.contains(noun) { nouns.append(noun) }
    return nouns
  }

  package func methods(of noun: String) -> [Command] {
    methods.filter { $0.noun.map(Spelling.key) == Spelling.key(noun) }
  }

  /// The method of that wire name, or `noun.verb` as typed.
  package func method(named name: String) throws(UsageError) -> Command {
    let key = Spelling.key(name)
    if let found = methods.first(where: { Spelling.key($0.name) == key }) { return found }
    if key.hasSuffix(".list"), let found = methods.first(where: { Spelling.key($0.name) == key + "_all" }) {
      return found
    }
    let near = Spelling.nearest(to: name, among: methods.map(\.name))
    throw UsageError("there is no method '\(name)'", hint: near)
  }

  /// The command that the first words name.
  package enum Match: Sendable {
    case command(Command, words: Int)
    /// A noun without a verb behind it.
    case noun(String)
  }

  package func match(_ words: [String]) throws(UsageError) -> Match {
    guard let first = words.first else { throw UsageError("a command is missing") }
    let key = Spelling.key(first)
    if let found = local.first(where: { Spelling.key($0.name) == key }) { return .command(found, words: 1) }
    if first.contains(".") { return .command(try method(named: first), words: 1) }
    guard let noun = nouns.first(where: { Spelling.key($0) == key }) else { throw unknown(first) }
    guard words.count > 1, !words[1].hasPrefix("-") else { return .noun(noun) }
    let verb = Spelling.key(words[1])
    let methods = methods(of: noun)
    if let found = methods.first(where: {
      Spelling.key($0.verb) == verb || Spelling.key($0.spelledVerb) == verb
    }) {
      return .command(found, words: 2)
    }
    let near = Spelling.nearest(to: words[1], among: methods.map(\.spelledVerb))
    throw UsageError(
      "'\(first)' has no '\(words[1])'", hint: near.map { "\(Spelling.typed(noun)) \($0)" },
      topic: Spelling.typed(noun))
  }

  private func unknown(_ word: String) -> UsageError {
    let names = local.map(\.name) + nouns + OwnCommand.all.map(\.name)
    let near = Spelling.nearest(to: word, among: names)
    return UsageError("there is no command '\(word)'", hint: near.map(Spelling.typed))
  }
}
