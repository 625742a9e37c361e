import CLI
import POSIX

/// The place of a command's server: a daemon's socket, and the data directory behind it.
struct ServerLocation {
  /// Absolute.
  let dataDirectory: String
  /// The socket that was asked for, or the one a daemon of this directory has.
  let socket: String
  /// True when a socket was asked for: there is nothing to fall back on then.
  let isRemote: Bool

  /// The directory is `--data`, else `BERTH_DATA`, else `~/.local/state/berth`: of HOME alone, since hosts that
  /// start stdio servers strip other variables and all must meet in the same place.
  init(_ options: GlobalOptions) throws(CallFailure) {
    let named = options.data ?? ThisProcess.environment("BERTH_DATA")
    let path = if let named { named } else { try Self.home() + "/.local/state/berth" }
    dataDirectory = try Self.absolute(path)
    isRemote = options.connect != nil
    if let named = options.connect {
      socket = try Self.absolute(named)
    } else {
      socket = dataDirectory + "/berth.sock"
    }
  }

  /// What the token of a login is kept under.
  var key: String { isRemote ? socket : dataDirectory }

  static func home() throws(CallFailure) -> String {
    guard let home = ThisProcess.environment("HOME"), home.hasPrefix("/") else {
      throw .unreachable("HOME is not set: say where the data is with --data DIR.")
    }
    return home
  }

  /// The token that is at hand: `BERTH_TOKEN`'s, else that of `berth login`.
  func token() throws(CallFailure) -> String? {
    if let named = ThisProcess.environment("BERTH_TOKEN") { return named }
    return try KeptTokens.token(for: key)
  }

  /// One spelling for one place: `DIR/`, `./DIR` and `DIR` are the same. `..` stays, as it may lead through a link.
  static func absolute(_ path: String) throws(CallFailure) -> String {
    var whole = path
    if !path.hasPrefix("/") {
      do throws(Errno) { whole = try ThisProcess.workingDirectory + "/" + path } catch {
        throw .unreachable("\(error)")
      }
    }
    return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}
