/// The layout of help: names beside what they mean, cut into lines at words on a terminal.
struct HelpLayout {
  let style: TerminalStyle
  /// Columns of the screen; nil where lines are as long as they are.
  let limit: Int?

  init(style: TerminalStyle, limit: Int? = nil) {
    self.style = style
    self.limit = limit.map { max(Self.leastWidth, $0) }
  }

  private static let leastWidth = 40
  /// Beyond this, what is explained stands alone in its line.
  private static let widestName = 34

  func pairs(_ rows: [(String, String)]) -> [String] {
    let width = rows.map { DisplayText.width($0.0) }.filter { $0 <= Self.widestName }.max() ?? 0
    return rows.flatMap { name, text in
      let lines = wrapped(text, indent: width + 4)
      guard DisplayText.width(name) <= Self.widestName, let first = lines.first else {
        return ["  " + name] + lines
      }
      let head = "  " + DisplayText.padded(name, to: width, right: false) + "  "
      return [head + first.dropFirst(width + 4)] + lines.dropFirst()
    }
  }

  /// The text in lines that begin with `indent` blanks.
  func wrapped(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    guard let limit else { return [margin + text] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, indent + DisplayText.width(line) + 1 + DisplayText.width(String(word)) > limit {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [margin + line]
  }
}
