import API

extension LocalCommand {
  static let version = LocalCommand("version", "Say which Berth this is.") { _, terminal in
    terminal.write("berth \(Version.text)\n")
    return .ok
  }
}
