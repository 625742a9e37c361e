import Glibc

/// The kernel's clocks.
package enum SystemClock {
  /// Milliseconds since 1970-01-01T00:00:00Z; may be set back.
  package static func wallMilliseconds() -> Int {
    let time = read(CLOCK_REALTIME)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  /// Nanoseconds since some moment; never goes back.
  package static func monotonicNanoseconds() -> Int {
    let time = read(CLOCK_MONOTONIC)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  /// Nanoseconds since the same moment, so many seconds from now.
  package static func monotonicNanoseconds(after seconds: Double) -> Int {
    monotonicNanoseconds() + nanoseconds(seconds)
  }

  /// Seconds, whoever says them, as nanoseconds: none below 0, and thirty years at most.
  package static func nanoseconds(_ seconds: Double) -> Int { Int(min(max(0, seconds), 1e9) * 1e9) }

  /// Sleeps for that long, or less when a signal comes.
  package static func sleep(nanoseconds: Int) {
    var wanted = timespec(tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
    nanosleep(&wanted, nil)
  }

  private static func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    clock_gettime(clock, &time)
    return time
  }
}
