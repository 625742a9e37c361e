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
    if let named { dataDirectory = try Self.absolute(named) } else { dataDirectory = try Self.usual() }
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

  private static func usual() throws(CallFailure) -> String { try home() + "/.local/state/berth" }

  static func absolute(_ path: String) throws(CallFailure) -> String {
    if path.hasPrefix("/") { return path }
    do throws(Errno) { return try ThisProcess.workingDirectory + "/" + path } catch {
      throw .unreachable("\(error)")
    }
  }
}
