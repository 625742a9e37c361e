import Glibc

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

  package static func write(_ text: String) { write(text, to: 1) }

  /// False for a pipe or socket whose other end is gone.
  package static func isRead(_ number: Int32) -> Bool {
    var entry = pollfd(fd: number, events: 0, revents: 0)
    return poll(&entry, 1, 0) <= 0 || entry.revents & Int16(POLLERR | POLLHUP) == 0
  }

  package static func writeError(_ text: String) { write(text, to: 2) }

  /// Gives up where nobody reads any more: there is nobody to tell.
  private static func write(_ text: String, to number: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}

/// The process's own circumstances.
package enum ThisProcess {
  /// The number of the user we are to the file system.
  package static var effectiveUserID: UInt32 { geteuid() }

  package static var id: Int { Int(getpid()) }

  package static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// All variables, as children get them.
  package static var environment: [String: String] {
    var found: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let sign = text.firstIndex(of: "=") {
        found[String(text[..<sign])] = String(text[text.index(after: sign)...])
      }
      next += 1
    }
    return found
  }

  /// Reads, and drops, what stands on standard input; true at its end.
  package static func inputHasEnded() -> Bool {
    var byte: UInt8 = 0
    return read(0, &byte, 1) == 0
  }

  package static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  package static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

  /// The number of a group given by name or number; nil when there is none of that name.
  package static func group(_ text: String) -> UInt32? {
    if let number = UInt32(text) { return number }
    return getgrnam(text)?.pointee.gr_gid
  }

  /// The file this program was started from.
  package static var executable: String {
    get throws(Errno) { try readLink("/proc/self/exe") }
  }

  package static var workingDirectory: String {
    get throws(Errno) { try readLink("/proc/self/cwd") }
  }

  private static func readLink(_ path: String) throws(Errno) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = try retryingInterrupts("readlink", path) { readlink(path, &buffer, Int(PATH_MAX)) }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Waits until one of the descriptors is readable, or so many milliseconds have passed (nil: for ever).
  package static func waitReadable(_ descriptors: [Int32], milliseconds: Int?) throws(Errno) {
    _ = try readable(of: descriptors, milliseconds: milliseconds)
  }
}
