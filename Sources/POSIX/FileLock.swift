import CPosix
import Glibc

/// A byte range of a file, locked by an open file description of its own.
///
/// OFD locks alone: a plain POSIX lock is dropped when any descriptor of the file is closed, and is granted
/// twice to one process. The lock belongs to the open file description and so dies with its holder.
/// One thread at a time may use a value: two threads of one value would share the lock. Lock order:
/// threads first, then the file.
package final class FileLock: Sendable {
  package enum Mode: Sendable {
    case shared
    case exclusive
  }

  package enum Failure: Error, Sendable {
    /// Somebody else held it all the time we were ready to wait.
    case timedOut
    case failed(Errno)
  }

  private let file: FileDescriptor
  private let start: Int64
  private let length: Int64
  private let waitNanoseconds: Int

  /// `file` must be an open file description that nothing else locks by. Waits are at most `waiting`
  /// seconds: one process stopped with the lock in its hand must not hang all others.
  package init(_ file: FileDescriptor, range: Range<Int>, waiting: Double) {
    self.file = file
    start = Int64(range.lowerBound)
    length = Int64(range.count)
    waitNanoseconds = SystemClock.nanoseconds(waiting)
  }

  /// Runs `body` while the range is locked; `failing` says what not getting the lock is to the caller.
  package func with<T, E: Error>(
    _ mode: Mode, failing: (Failure) -> E, _ body: () throws(E) -> T
  ) throws(E) -> T {
    do throws(Failure) { try acquire(mode) } catch { throw failing(error) }
    // Unlocking cannot fail in a way that leaves the lock with us: the descriptor is ours and open.
    defer { _ = cposix_ofd_lock(file.number, Int16(F_UNLCK), start, length) }
    return try body()
  }

  /// Locks the range exclusively if nobody holds it, until the last reference to `file` goes.
  ///
  /// For a lock held by a thread for as long as it works, on a description opened for that alone.
  package static func tryLock(_ file: FileDescriptor, range: Range<Int>) throws(Errno) -> Bool {
    let code = cposix_ofd_lock(
      file.number, Int16(F_WRLCK), Int64(range.lowerBound), Int64(range.count))
    guard code == 0 || code == EAGAIN else { throw Errno(code, "fcntl(F_OFD_SETLK)") }
    return code == 0
  }

  private func acquire(_ mode: Mode) throws(Failure) {
    let kind = mode == .shared ? Int16(F_RDLCK) : Int16(F_WRLCK)
    var backOff = BackOff(limitNanoseconds: waitNanoseconds)
    while true {
      let code = cposix_ofd_lock(file.number, kind, start, length)
      if code == 0 { return }
      guard code == EAGAIN else { throw .failed(Errno(code, "fcntl(F_OFD_SETLK)")) }
      guard backOff.pause() else { throw .timedOut }
    }
  }
}

/// Growing waits, up to a limit over all: F_OFD_SETLKW cannot be bounded, so the lock is tried again.
private struct BackOff {
  let limitNanoseconds: Int
  private var tries = 0
  private var started = 0

  init(limitNanoseconds: Int) { self.limitNanoseconds = limitNanoseconds }

  /// False when the time is over.
  mutating func pause() -> Bool {
    let now = SystemClock.monotonicNanoseconds()
    if tries == 0 { started = now }
    guard now - started < limitNanoseconds else { return false }
    tries += 1
    if tries <= 3 {
      // A transaction's critical section is some tens of microseconds: shorter than any sleep.
      sched_yield()
    } else {
      SystemClock.sleep(nanoseconds: min(1_000_000, 10_000 << min(tries - 4, 7)))
    }
    return true
  }
}
