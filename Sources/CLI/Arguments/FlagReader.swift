import JSON

/// A reader of `WORD… --flag VALUE --flag=VALUE --switch --no-switch -- WORD…` into a command's params.
struct FlagReader {
  private var draft: ParamsDraft
  private var bare: [String] = []

  private init(_ command: Command) { draft = ParamsDraft(command) }

  static func params(of command: Command, from words: [String], _ terminal: any Terminal) throws(UsageError)
    -> JSONObject
  {
    do throws(UsageError) {
      var reader = FlagReader(command)
      try reader.read(words)
      try reader.placeBareWords()
      try reader.draft.checkComplete()
      try reader.draft.askSecrets(terminal)
      return reader.draft.params
    } catch {
      throw error.about(command)
    }
  }

  private mutating func read(_ words: [String]) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        try readTrailing(rest)
        return
      }
      if word.hasPrefix("--") {
        try readFlag(word.dropFirst(2), &rest)
      } else if word.hasPrefix("-"), word.count > 1, JSONNumber.isWritten(word) == false {
        throw UsageError("'\(word)' is not known: flags begin with two dashes")
      } else {
        bare.append(word)
      }
    }
  }

  private mutating func readTrailing(_ words: ArraySlice<String>) throws(UsageError) {
    guard let list = draft.command.trailing else {
      bare += words
      return
    }
    for word in words { try draft.add(word, to: list, label: Spelling.flag(list.name)) }
  }

  private mutating func readFlag(_ text: Substring, _ rest: inout ArraySlice<String>) throws(UsageError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count > 1 ? String(parts[1]) : nil
    let label = "--" + parts[0]
    guard let parameter = draft.parameter(parts[0]) else {
      guard value == nil, try readNegation(parts[0], label) else { throw unknown(label) }
      return
    }
    if parameter.shape.isSecret {
      guard value == nil, rest.first?.hasPrefix("--") ?? true else { throw ParamsDraft.refusedSecret(label) }
      return draft.ask(for: parameter)
    }
    if let value { return try draft.add(value, to: parameter, label: label) }
    if parameter.shape.may(be: .boolean) {
      let isSaid = rest.first == "true" || rest.first == "false"
      return try draft.add(isSaid ? rest.removeFirst() : "true", to: parameter, label: label)
    }
    guard let next = rest.first, !next.hasPrefix("--") else {
      let way = rest.isEmpty ? "" : "; one that begins with -- as \(label)=VALUE"
      throw UsageError("\(label) needs a value behind it\(way): \(parameter.shape.description)")
    }
    try draft.add(rest.removeFirst(), to: parameter, label: label)
  }

  /// `--no-drain` is false, `--no-max-duration` is null. False when it is neither.
  private mutating func readNegation(_ name: Substring, _ label: String) throws(UsageError) -> Bool {
    guard Spelling.key(name).hasPrefix("no_"), let parameter = draft.parameter(name.dropFirst(3)) else {
      return false
    }
    if parameter.shape.may(be: .boolean) {
      try draft.set(false, of: parameter, label: label)
    } else if parameter.shape.may(be: .null) {
      try draft.set(.null, of: parameter, label: label)
    } else {
      return false
    }
    return true
  }

  private func unknown(_ label: String) -> UsageError {
    let near = Spelling.nearest(to: String(label.dropFirst(2)), among: draft.parameters.map(\.name))
    return UsageError("'\(draft.command.spelled)' has no \(label)", hint: near.map(Spelling.flag))
  }

  private mutating func placeBareWords() throws(UsageError) {
    var open = draft.command.positional.filter { !draft.has($0) }[...]
    for word in bare {
      guard let parameter = open.popFirst() else {
        let refused = draft.parameters.contains { $0.isRequired && $0.shape.isSecret }
        throw UsageError("there is no place for '\(word)'" + (refused ? "; secrets are asked for" : ""))
      }
      try draft.add(word, to: parameter, label: Spelling.flag(parameter.name))
    }
  }
}

extension JSONNumber {
  /// True when the text is a number as JSON writes it.
  fileprivate static func isWritten(_ text: String) -> Bool {
    (try? JSONParser.parse(text))?.number != nil
  }
}
