import POSIX

/// The pace at which Slurm is asked: often while something is about to happen, seldom once nothing has for long.
struct SlurmPace {
  private var since = BootClock.seconds()
  private var isQuick = true

  private static let quickSeconds = 10.0

  var seconds: Double {
    let age = BootClock.seconds() - since
    if isQuick, age < Self.quickSeconds { return 0.5 }
    // What has run or waited for a minute is looked after every second, after five minutes every five: its own
    // files tell at once what matters, where they are on this machine.
    return min(5, max(1, age / 60))
  }

  mutating func quicken() {
    isQuick = true
    since = BootClock.seconds()
  }

  /// It runs, and nothing is expected.
  mutating func calm() {
    guard isQuick else { return }
    isQuick = false
    since = BootClock.seconds()
  }
}
