/// The code that the shell is told.
package enum ExitCode: Int32, Sendable {
  case ok = 0
  /// The server answered with an error.
  case refused = 1
  case unreachable = 2
  /// The command line is wrong; nothing was asked of a server.
  case usage = 3
  /// The server does not know who asks.
  case unauthenticated = 4
}
