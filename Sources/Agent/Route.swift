/// The way to the server.
package enum Route: Sendable {
  /// The socket of a daemon on this machine.
  case socket(String)
  /// The standard streams of a command, `ssh host berth serve --stdio` say; run by the shell.
  case command(String)

  /// Whether the server may well be on another machine.
  var isRemote: Bool {
    switch self {
    case .socket: false
    case .command: true
    }
  }
}
