import Glibc
import Synchronization

/// The process's standard streams as a person sees them.
package enum StandardStreams {
  package static func isTerminal(_ number: Int32) -> Bool { isatty(number) == 1 }

  /// Columns of the terminal behind standard output; 80 when it does not say.
  package static var columns: Int {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Reads a line with the terminal's echo off, which is on again whatever happens.
  package static func readSilently() -> String? {
    var before = termios()
    guard tcgetattr(0, &before) == 0 else { return readLine() }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(0, TCSAFLUSH, &silent)
    defer { tcsetattr(0, TCSAFLUSH, &before) }
    return readLine()
  }

  /// Reads, and drops, what stands on standard input; true at its end.
  package static func inputHasEnded() -> Bool {
    var byte: UInt8 = 0
    return read(0, &byte, 1) == 0
  }

  /// False for a pipe or socket whose other end is gone.
  package static func isRead(_ number: Int32) -> Bool {
    var entry = pollfd(fd: number, events: 0, revents: 0)
    return poll(&entry, 1, 0) <= 0 || entry.revents & Int16(POLLERR | POLLHUP) == 0
  }

  package static func write(_ text: String) { write(text, to: 1) }

  package static func writeError(_ text: String) { write(text, to: 2) }

  /// Why something written to standard output is not there; nil while all of it is, or nobody reads it any more.
  package static var outputFailure: Errno? { failure.withLock(\.self) }

  private static let failure = Mutex<Errno?>(nil)

  /// Gives up where it cannot be written.
  private static func write(_ text: String, to number: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = Errno(count < 0 ? errno : EIO, "write")
        if number == 1, error.code != EPIPE { failure.withLock { $0 = $0 ?? error } }
        return
      }
      rest = rest.dropFirst(count)
    }
  }
}
