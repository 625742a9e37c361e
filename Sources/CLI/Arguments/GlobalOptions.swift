/// The options that every command takes, wherever they stand before a `--`.
package struct GlobalOptions: Equatable, Sendable {
  /// The result as one line of JSON.
  package var json = false
  package var help = false
  /// False when colour is not wanted.
  package var color = true
  /// Socket of the daemon to talk to.
  package var connect: String?
  /// Data directory, instead of BERTH_DATA's or the usual one.
  package var data: String?

  package init() {}

  /// Their names and what they mean, for help and completions.
  package static let explained: [(flag: String, value: String?, meaning: String)] = [
    ("--json", nil, "Print the result, or the error, as one line of JSON"),
    ("--data", "DIR", "Use this data directory"),
    ("--connect", "SOCKET", "Talk to the daemon at this socket"),
    ("--no-color", nil, "Print without colour"),
    ("--help", nil, "Explain the command instead of running it"),
  ]

  /// The options, and the words that are left.
  package static func split(_ words: [String]) throws(UsageError) -> (GlobalOptions, [String]) {
    var options = GlobalOptions()
    var rest: [String] = []
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      guard word != "--" else {
        rest += words[(index - 1)...]
        break
      }
      if try !options.take(word, from: words, at: &index) { rest.append(word) }
    }
    return (options, rest)
  }

  /// False when `word` is none of ours.
  private mutating func take(_ word: String, from words: [String], at index: inout Int) throws(UsageError)
    -> Bool
  {
    switch word {
    case "--json": json = true
    case "--help", "-h": help = true
    case "--no-color": color = false
    default:
      if let path = try Self.value(of: "--connect", word, from: words, at: &index) {
        connect = path
      } else if let path = try Self.value(of: "--data", word, from: words, at: &index) {
        data = path
      } else {
        return false
      }
    }
    return true
  }

  private static func value(of flag: String, _ word: String, from words: [String], at index: inout Int)
    throws(UsageError) -> String?
  {
    if word.hasPrefix(flag + "=") { return String(word.dropFirst(flag.count + 1)) }
    guard word == flag else { return nil }
    guard index < words.count, !words[index].hasPrefix("--") else {
      throw UsageError("\(flag) needs a path behind it")
    }
    index += 1
    return words[index - 1]
  }
}
