import CPosix
import Glibc

/// A program started by us, which we wait for.
package final class ChildProcess {
  /// The destination of a standard stream of the child.
  package enum Stream {
    case inherit
    case null
    case descriptor(FileDescriptor)
  }

  /// The way in which it ended.
  package enum End: Equatable, Sendable {
    case exited(code: Int)
    case killed(signal: Int)
  }

  package static let terminate = SIGTERM
  package static let kill = SIGKILL

  package let id: pid_t
  private var end: End?

  /// Starts `path` with `arguments` (its own name not among them). `environment` and `directory` nil: ours.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String]? = nil, directory: String? = nil,
    input: Stream = .null, output: Stream = .inherit, errors: Stream = .inherit
  ) throws(Errno) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in [(Int32(0), input), (1, output), (2, errors)] {
      switch stream {
      case .inherit: break
      case .null: posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
      case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor.number, number)
      }
    }
    if let directory { _ = cposix_spawn_in(&actions, directory) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A child starts with default signals, whatever its parent blocks or ignores.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGPIPE, SIGXFSZ, SIGTERM, SIGINT] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var id: pid_t = 0
    let code = withCStrings([path] + arguments) { argv in
      guard let environment else { return posix_spawn(&id, path, &actions, &attributes, argv, environ) }
      return withCStrings(environment.map { "\($0)=\($1)" }) { envp in
        posix_spawn(&id, path, &actions, &attributes, argv, envp)
      }
    }
    guard code == 0 else { throw Errno(code, "posix_spawn", path) }
    self.id = id
  }

  package func signal(_ number: Int32) {
    if end == nil { Glibc.kill(id, number) }
  }

  /// Waits for its end; the same answer again after that.
  @discardableResult
  package func wait() throws(Errno) -> End {
    if let end { return end }
    var status: Int32 = 0
    try retryingInterrupts("waitpid") { waitpid(id, &status, 0) }
    let end = Self.end(of: status)
    self.end = end
    return end
  }

  /// Its end, if it comes within so many seconds.
  @discardableResult
  package func wait(seconds: Double) throws(Errno) -> End? {
    let deadline = SystemClock.monotonicNanoseconds(after: seconds)
    while true {
      if let end = try poll() { return end }
      guard SystemClock.monotonicNanoseconds() < deadline else { return nil }
      SystemClock.sleep(nanoseconds: 2_000_000)
    }
  }

  /// Its end, if it has come.
  package func poll() throws(Errno) -> End? {
    if let end { return end }
    var status: Int32 = 0
    let found = try retryingInterrupts("waitpid") { waitpid(id, &status, WNOHANG) }
    if found != 0 { end = Self.end(of: status) }
    return end
  }

  static func end(of status: Int32) -> End {
    let signal = status & 0x7F
    return signal == 0 ? .exited(code: Int(status >> 8 & 0xFF)) : .killed(signal: Int(signal))
  }
}
