import CPosix
import Glibc
import Synchronization

/// A signal to a thread that polls its descriptor; from any thread, any number of times before it looks.
package final class Wakeup: Sendable {
  private let file: FileDescriptor
  /// Saves `drain` the call, for those who drain in every turn whether woken or not. Set after the write:
  /// then a drain that misses it is followed by another, for the descriptor is still readable.
  private let isSignalled = Atomic(false)

  package init() throws(Errno) {
    file = FileDescriptor(owning: try retryingInterrupts("eventfd") { cposix_eventfd() })
  }

  /// Readable after `signal` until `drain`.
  package var descriptor: Int32 { file.number }

  package func signal() {
    var one: UInt64 = 1
    // Fails only when the counter is full, and then it is readable already.
    _ = write(file.number, &one, 8)
    isSignalled.store(true, ordering: .releasing)
  }

  package func drain() {
    guard isSignalled.exchange(false, ordering: .acquiring) else { return }
    var count: UInt64 = 0
    _ = read(file.number, &count, 8)
  }
}
