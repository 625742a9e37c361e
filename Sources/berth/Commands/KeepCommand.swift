import POSIX
import Runners

/// `berth keep`, which agents start beside each program; not for people, and so not among the commands.
enum KeepCommand {
  /// Nil when something else is asked for. Looked at first: what the commands need takes longer to build than a
  /// program to start.
  static func run(_ arguments: [String]) -> Int32? {
    guard arguments.count == 3, arguments[1] == "keep" else { return nil }
    return arguments[2] == "--spare" ? Supervisor.runSpare() : Supervisor.run(arguments[2])
  }
}
