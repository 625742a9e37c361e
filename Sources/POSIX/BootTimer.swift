import CPosix
import Glibc

/// A timer that becomes readable at a moment of the boot-time clock, at once when it passed while the machine slept.
package final class BootTimer: Sendable {
  private let file: FileDescriptor

  package init() throws(Errno) {
    file = FileDescriptor(owning: try retryingInterrupts("timerfd_create") { cposix_boot_timer() })
  }

  /// Readable from the moment on, until another is set.
  package var descriptor: Int32 { file.number }

  /// Seconds of `BootClock`.
  package func set(_ moment: Double) throws(Errno) {
    // All zeros would switch it off.
    let seconds = max(0.000_001, min(moment, 1e12))
    let whole = seconds.rounded(.down)
    let code = cposix_boot_timer_set(file.number, Int64(whole), Int64((seconds - whole) * 1e9))
    guard code == 0 else { throw Errno(code, "timerfd_settime") }
  }
}
