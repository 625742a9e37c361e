import CLI
import JSON
import POSIX

/// The tokens of `berth login`, in `~/.config/berth/tokens.json`.
enum KeptTokens {
  private static func directory() throws(CallFailure) -> String {
    try ServerLocation.home() + "/.config/berth"
  }

  /// nil where there is none, or the file cannot be read.
  static func token(for place: String) -> String? { (try? load())?.token(for: place) }

  private static func load() throws -> TokenFile {
    let path = try directory() + "/tokens.json"
    guard let bytes = try FileDescriptor.contents(of: path) else { return TokenFile() }
    return try TokenFile(try JSONParser.parse(bytes))
  }

  /// Changes the file as a whole, so that another login at the same time loses nothing but the race.
  static func update(_ change: (inout TokenFile) -> Void) throws {
    var file = try load()
    change(&file)
    let directory = try directory()
    try Directory.makePath(directory)
    try Directory.replace(directory + "/tokens.json", with: file.json.bytes + [0x0A])
  }
}
