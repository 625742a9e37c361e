import CPosix
import Glibc

/// Signals read from a descriptor instead of taken by a handler (signalfd).
///
/// Made before any other thread: the signals are blocked in the calling thread and in those it makes later,
/// and a thread that does not block them would be killed by them. Children inherit the mask and must clear it.
package final class Signals {
  /// Those that ask a process to end.
  package static let ending = [SIGTERM, SIGINT]
  /// A child has ended, or several have.
  package static let childEnded = SIGCHLD

  private let file: FileDescriptor

  package init(_ numbers: [Int32]) throws(Errno) {
    let number = try retryingInterrupts("signalfd") { cposix_signalfd(numbers, Int32(numbers.count)) }
    file = FileDescriptor(owning: number)
  }

  /// Readable while a signal waits.
  package var descriptor: Int32 { file.number }

  /// The next signal that came; nil when there is none.
  package func next() -> Int32? {
    let number = cposix_next_signal(file.number)
    return number > 0 ? number : nil
  }

  /// A write that cannot be done is answered, for the whole process, and does not end it: to a pipe that nobody reads with
  /// EPIPE, beyond the limit of a file's size (setrlimit(2), RLIMIT_FSIZE) with EFBIG. Programs inherit this, so what
  /// starts them undoes it.
  package static func ignoreFailedWrites() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}
