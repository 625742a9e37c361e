import CLI
import JSON
import POSIX

/// The tokens of `berth login`, in `~/.config/berth/tokens.json`.
enum KeptTokens {
  private static func directory() throws(CallFailure) -> String {
    try ServerLocation.home() + "/.config/berth"
  }

  /// nil where there is none, and no home to have one in.
  static func token(for place: String) throws(CallFailure) -> String? {
    guard ThisProcess.environment("HOME") != nil else { return nil }
    return try load().token(for: place)
  }

  private static func load() throws(CallFailure) -> TokenFile {
    let path = try directory() + "/tokens.json"
    do {
      guard let bytes = try FileDescriptor.contents(of: path) else { return TokenFile() }
      return try TokenFile(try JSONParser.parse(bytes))
    } catch TokenFile.Defect.newerFormat(let format) {
      throw .unreachable("\(path) has format \(format), newer than this berth knows: use a newer berth.")
    } catch {
      throw .unreachable(
        "\(path), where berth login keeps tokens, cannot be read (\(error)): move it away and log in again.")
    }
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
