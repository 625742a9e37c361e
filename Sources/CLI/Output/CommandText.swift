import JSON

/// A command line that says some params again, safe to paste into a shell.
enum CommandText {
  static func line(_ command: Command, _ params: JSONObject) -> String {
    var words = ["berth", command.spelled]
    var bare = command.positional[...]
    var behind: [String] = []
    for parameter in command.parameters {
      guard let value = params[parameter.name] else { continue }
      if parameter.shape.isSecret {
        // By its bare flag it is asked for; a required one is in any case.
        if !parameter.isRequired { words.append(Spelling.flag(parameter.name)) }
      } else if parameter.name == bare.first?.name, let word = plain(value), !word.hasPrefix("-") {
        bare.removeFirst()
        words.append(quoted(word))
      } else if parameter.name == command.trailing?.name, let list = value.array {
        behind += list.map { quoted($0.string ?? $0.text) }
      } else {
        words += flag(parameter, value)
      }
    }
    return (words + (behind.isEmpty ? [] : ["--"] + behind)).joined(separator: " ")
  }

  private static func plain(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .bool, .number: value.text
    case .null, .array, .object: nil
    }
  }

  private static func flag(_ parameter: ValueShape.Property, _ value: JSONValue) -> [String] {
    let flag = Spelling.flag(parameter.name)
    switch value {
    case .bool(true): return [flag]
    case .bool(false), .null: return ["--no-" + flag.dropFirst(2)]
    case .array(let elements): return elements.flatMap { [flag, quoted($0.string ?? $0.text)] }
    case .object(let object):
      let pairs = object.members.map { ($0.key, $0.value.string) }
      guard pairs.allSatisfy({ $0.1 != nil }) else { return [flag, quoted(value.text)] }
      return pairs.flatMap { [flag, quoted("\($0.0)=\($0.1 ?? "")")] }
    case .number, .string: return [flag, quoted(plain(value) ?? "")]
    }
  }

  /// The word in single quotes, unless a shell takes it as it is.
  static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "_-./:=,@%+".utf8.contains(byte)
      }
    if isPlain { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
