import POSIX

/// The sentences for a person whose program could not be started.
enum LaunchSentence {
  static func failure(_ failure: ProgramLaunch.Failure, program: ProgramFile) -> RunFailure {
    let reason = failure.cause.reason
    switch failure.step {
    case .execute: return refusal(failure.cause, path: program.path)
    case .changeDirectory:
      return RunFailure(
        exitCode: 126, "The directory \(program.directory) cannot be entered: \(reason).")
    case .joinGroup:
      return RunFailure(
        exitCode: 125,
        "The program could not be put into its control groups: \(reason); try again, or give the "
          + "agent's runner the option cgroups=off.")
    case .fork, .prepare:
      return RunFailure(exitCode: 125, "The node could not start another process: \(reason).")
    }
  }

  private static func refusal(_ cause: Errno, path: String) -> RunFailure {
    switch cause.code {
    case Errno.notThere:
      // Itself it was there a moment ago; what it asks to be loaded by is not.
      return RunFailure(
        exitCode: 127,
        "\(path), or the interpreter or loader it names, is not on this node: install that, or link it statically."
      )
    case Errno.notExecutable:
      return RunFailure(
        exitCode: 126,
        "\(path) is neither a program for this node nor a script: a script begins with a line such as #!/bin/sh."
      )
    case Errno.notPermitted:
      return RunFailure(
        exitCode: 126,
        "\(path) may not be executed on this node: chmod +x it, and see that its file system is not mounted noexec."
      )
    case Errno.tooLong:
      return RunFailure(
        exitCode: 126, "The arguments and environment of \(path) are too long: put them into a file.")
    case Errno.fileBusy:
      return RunFailure(exitCode: 126, "\(path) is being written: start it again when it is complete.")
    case Errno.noMemory:
      return RunFailure(exitCode: 126, "\(path) does not fit into its required_ram: ask for more.")
    case _: return RunFailure(exitCode: 126, "\(path) cannot be run: \(cause.reason).")
    }
  }
}

/// Signals by the names people know.
enum SignalName {
  private static let names = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
    9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
    24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
  ]

  static func of(_ number: Int) -> String { names[number] ?? "signal \(number)" }
}
