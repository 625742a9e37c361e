import JSON

/// A reader of the words of `berth call METHOD`: `key=value`, `key:=json`, a JSON object, or `-` for one from
/// standard input. What is missing is the server's to say.
struct CallReader {
  private var draft: ParamsDraft

  static func params(of command: Command, from words: [String], _ terminal: any Terminal) throws(UsageError)
    -> JSONObject
  {
    do throws(UsageError) {
      var reader = CallReader(draft: ParamsDraft(command))
      for word in words { try reader.read(word, terminal) }
      try reader.draft.askSecrets(terminal)
      return reader.draft.params
    } catch {
      throw error.about(command)
    }
  }

  private mutating func read(_ word: String, _ terminal: any Terminal) throws(UsageError) {
    if word == "-" {
      var text = ""
      while let line = terminal.readLine() { text += line + "\n" }
      try merge(text, from: "standard input", mayBeSecret: true)
    } else if word.hasPrefix("{") {
      try merge(word, from: "the command line", mayBeSecret: false)
    } else {
      try readPair(word)
    }
  }

  private mutating func merge(_ text: String, from place: String, mayBeSecret: Bool) throws(UsageError) {
    let value: JSONValue
    do {
      value = try JSONParser.parse(text)
    } catch {
      throw UsageError("\(place) is not JSON: \(error)")
    }
    guard let object = value.object else { throw UsageError("\(place): params are a JSON object") }
    for member in object.members {
      if !mayBeSecret, draft.parameter(member.key)?.shape.isSecret ?? false {
        throw ParamsDraft.refusedSecret(member.key)
      }
      try draft.set(member.value, named: member.key, label: member.key)
    }
  }

  private mutating func readPair(_ word: String) throws(UsageError) {
    guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
      throw UsageError("'\(word)' is neither key=value, key:=json, a JSON object nor -")
    }
    let value = String(word[word.index(after: equals)...])
    let key = word[..<equals]
    guard key.last == ":" else {
      guard let parameter = draft.parameter(key) else { throw unknown(String(key)) }
      return try draft.add(value, to: parameter, label: parameter.name)
    }
    let name = String(key.dropLast())
    let parameter = draft.parameter(name)
    guard parameter?.shape.isSecret != true else { throw ParamsDraft.refusedSecret(name) }
    guard let json = try? JSONParser.parse(value) else { throw UsageError("\(name): '\(value)' is not JSON") }
    try draft.set(json, named: parameter?.name ?? name, label: name)
  }

  private func unknown(_ key: String) -> UsageError {
    let near = Spelling.nearest(to: key, among: draft.parameters.map(\.name))
    return UsageError("\(draft.command.name) has no '\(key)'", hint: near)
  }
}
