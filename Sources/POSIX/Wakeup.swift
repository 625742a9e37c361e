import CPosix
import Glibc

/// Wakes a thread that polls its descriptor; from any thread, any number of times before it looks.
package final class Wakeup: Sendable {
  private let file: FileDescriptor

  package init() throws(Errno) {
    file = FileDescriptor(owning: try retryingInterrupts("eventfd") { cposix_eventfd() })
  }

  /// Readable after `signal` until `drain`.
  package var descriptor: Int32 { file.number }

  package func signal() {
    var one: UInt64 = 1
    // Fails only when the counter is full, and then it is readable already.
    _ = write(file.number, &one, 8)
  }

  package func drain() {
    var count: UInt64 = 0
    _ = read(file.number, &count, 8)
  }
}
