import CPosix
import Glibc

/// A wait for many descriptors at once (epoll, level-triggered).
package final class Poller {
  package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let none: Interest = []
    package static let read = Interest(rawValue: UInt32(CPOSIX_READABLE))
    package static let write = Interest(rawValue: UInt32(CPOSIX_WRITABLE))
    /// Told without being asked for: both directions are shut, or the descriptor is in error.
    package static let hungUp = Interest(rawValue: UInt32(CPOSIX_HUNG_UP))
  }

  private let descriptor: FileDescriptor
  private var ready: [cposix_ready]

  package init() throws(Errno) {
    descriptor = FileDescriptor(owning: try retryingInterrupts("epoll_create1") { cposix_poller() })
    ready = Array(repeating: cposix_ready(), count: 256)
  }

  /// False for what cannot be waited for because it is always ready: regular files, `/dev/null`.
  package func add(_ number: Int32, token: UInt64, _ interest: Interest) throws(Errno) -> Bool {
    do throws(Errno) {
      try control(0, number, interest, token)
      return true
    } catch {
      guard error.code == EPERM else { throw error }
      return false
    }
  }

  package func change(_ number: Int32, token: UInt64, _ interest: Interest) throws(Errno) {
    try control(1, number, interest, token)
  }

  /// Before the descriptor is closed: another process may hold the same open file.
  package func remove(_ number: Int32) { _ = cposix_poller_control(descriptor.number, 2, number, 0, 0) }

  private func control(_ operation: Int32, _ number: Int32, _ interest: Interest, _ token: UInt64)
    throws(Errno)
  {
    try retryingInterrupts("epoll_ctl") {
      cposix_poller_control(descriptor.number, operation, number, interest.rawValue, token)
    }
  }

  /// Calls `body` for each descriptor that is ready, after at most `milliseconds` (nil: without end).
  package func wait(milliseconds: Int?, _ body: (UInt64, Interest) -> Void) throws(Errno) {
    let limit = milliseconds.map { Int32(min($0, 3_600_000)) } ?? -1
    let count = ready.withUnsafeMutableBufferPointer {
      cposix_poller_wait(descriptor.number, $0.baseAddress, Int32($0.count), limit)
    }
    guard count >= 0 else {
      // An interrupted wait is one that found nothing; the loop looks at its clocks and waits again.
      if errno == EINTR { return }
      throw Errno.last("epoll_wait")
    }
    for index in 0..<Int(count) { body(ready[index].token, Interest(rawValue: ready[index].events)) }
  }
}
