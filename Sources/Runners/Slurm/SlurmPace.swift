import POSIX

/// How often Slurm is asked: often while something is about to happen, seldom once nothing has for long.
struct SlurmPace {
  private var quietSince = BootClock.seconds()
  private var isQuick = true

  var seconds: Double {
    if isQuick { return 0.5 }
    // A job that has run for a minute is looked after every second, one of five minutes every five.
    return min(5, max(1, (BootClock.seconds() - quietSince) / 60))
  }

  mutating func quicken() { isQuick = true }

  /// It runs, and nothing is expected.
  mutating func calm() {
    guard isQuick else { return }
    isQuick = false
    quietSince = BootClock.seconds()
  }
}
