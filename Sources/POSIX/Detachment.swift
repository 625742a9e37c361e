import Glibc

extension ThisProcess {
  /// Makes this process stand alone: a session of its own, no directory held, deaf to what is aimed at its group,
  /// and to what a write is answered with anyway.
  package static func detach() {
    // Refused to a group's leader: its session is its own already, or its starter's choice.
    _ = setsid()
    _ = chdir("/")
    for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2] { signal(number, SIG_IGN) }
    Signals.ignoreFailedWrites()
    fillStandardStreams()
  }

  /// Standard input reads nothing from now on; what it was is closed.
  package static func closeStandardInput() {
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard null >= 0 else { return }
    dup2(null, 0)
    close(null)
  }

  /// No file opened later may take the number of a standard stream that was not given to us.
  private static func fillStandardStreams() {
    while true {
      let number = open("/dev/null", O_RDWR | O_CLOEXEC)
      guard number >= 0, number > 2 else {
        if number < 0 { return }
        continue
      }
      close(number)
      return
    }
  }
}
