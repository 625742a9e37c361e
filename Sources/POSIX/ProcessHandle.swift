import CPosix
import Glibc

/// A process, our child or not, held fast: when it has ended and its number is another's, this leads to
/// nobody (pidfd_open(2)).
package struct ProcessHandle: Sendable {
  private let file: FileDescriptor

  /// Nil when there is no such process any more.
  package init?(_ id: pid_t) throws(Errno) {
    do throws(Errno) {
      file = FileDescriptor(
        owning: try retryingInterrupts("pidfd_open", "\(id)") { cposix_process_descriptor(id) })
    } catch {
      guard error.code == ESRCH else { throw error }
      return nil
    }
  }

  /// Readable when it has ended.
  package var descriptor: Int32 { file.number }

  package var hasEnded: Bool { hasEnded(within: 0) }

  /// Waits for its end, at most so many milliseconds.
  package func hasEnded(within milliseconds: Int) -> Bool {
    (try? ThisProcess.readable(of: [descriptor], milliseconds: milliseconds))?.isEmpty == false
  }

  /// False when it has ended, or may not be signalled.
  @discardableResult
  package func signal(_ number: Int32) -> Bool { cposix_process_signal(descriptor, number) == 0 }
}
