/// Colour for a terminal; plain text without one.
struct TerminalStyle: Sendable {
  let isColored: Bool

  init(_ terminal: any Terminal, _ options: GlobalOptions) {
    isColored = terminal.outputIsTerminal && terminal.allowsColor && options.color
  }

  init(isColored: Bool) { self.isColored = isColored }

  /// SGR parameters; ECMA-48, 8.3.117.
  private static let codes = [
    "bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36",
  ]

  func paint(_ text: String, _ name: String?) -> String {
    guard isColored, let name, let code = Self.codes[name] else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
