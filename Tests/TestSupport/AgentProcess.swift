import Glibc
import POSIX

/// A real `berth agent`. Ended by whoever starts it, programs and all.
package final class AgentProcess {
  package enum Way: String, Sendable, CaseIterable {
    /// At the daemon's socket, with the data directory before its eyes.
    case socket
    /// Behind a command that serves standard streams, as over ssh, with a home and a data directory of its own.
    case pipe
  }

  package let way: Way
  package let node: String
  /// Where its state is.
  package let state: String
  private let arguments: [String]
  private let environment: [String: String]
  private let logPath: String
  package private(set) var process: ChildProcess

  /// `token` says who it is; `lease` is what a server behind its pipe grants; `more` are further words for it. Agents of
  /// one name share a home.
  package init(
    _ way: Way = .socket, node: String, token: String, in sandbox: Sandbox, name: String? = nil,
    lease: Double? = nil, _ more: [String] = []
  ) throws {
    self.way = way
    self.node = node
    let home = sandbox.path + "/agent-\(name ?? node)"
    try Directory.makePath(home)
    var environment = sandbox.environment
    environment["BERTH_TOKEN"] = token
    var arguments = ["agent", "--node", node] + more
    switch way {
    case .socket:
      state = home + "/state"
      arguments += ["--data", sandbox.data]
    case .pipe:
      state = home + "/state"
      environment["HOME"] = home
      arguments += [
        "--data", home + "/data", "--connect-command",
        "exec '\(try BerthBinary.path)' serve --stdio --data '\(sandbox.data)'"
          + (lease.map { " --lease \($0)" } ?? ""),
      ]
    }
    arguments += ["--state", state]
    self.arguments = arguments
    self.environment = environment
    logPath = home + "/log"
    process = try Self.start(arguments, environment, logPath)
  }

  private static func start(_ arguments: [String], _ environment: [String: String], _ log: String) throws
    -> ChildProcess
  {
    let number = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw Errno(errno, "open", log) }
    return try ChildProcess(
      try BerthBinary.path, arguments, environment: environment, input: .null, output: .null,
      errors: .descriptor(FileDescriptor(owning: number)))
  }

  package var log: String {
    let bytes = (try? FileDescriptor.contents(of: logPath)) ?? []
    return String(decoding: bytes, as: UTF8.self)
  }

  package func signal(_ number: Int32) { process.signal(number) }

  /// Ends it at once, as a crash would; its programs go on.
  package func kill() throws {
    signal(SIGKILL)
    try process.wait()
  }

  /// Starts it anew; it has ended.
  package func restart() throws { process = try Self.start(arguments, environment, logPath) }

  /// Asks it to end.
  @discardableResult
  package func stop() throws -> ChildProcess.End? {
    signal(SIGTERM)
    return try process.wait(seconds: patience)
  }

  /// The server behind its command; nil while there is none.
  package var carriedServer: pid_t? {
    ProcessTable.all().first { entry in
      guard entry.parent == process.id, entry.isAlive else { return false }
      let words = (try? FileDescriptor.contents(of: "/proc/\(entry.id)/cmdline")) ?? []
      return String(decoding: words, as: UTF8.self).contains("--stdio")
    }?.id
  }

  /// Processes that attempts of this agent have started and that are there still, supervisors among them.
  package var remains: [pid_t] {
    ProcessTable.all().filter { entry in
      guard entry.isAlive, entry.id != getpid() else { return false }
      for file in ["environ", "cmdline"] {
        let bytes = (try? FileDescriptor.contents(of: "/proc/\(entry.id)/\(file)")) ?? []
        if String(decoding: bytes, as: UTF8.self).contains(state + "/") { return entry.id != process.id }
      }
      return false
    }.map(\.id)
  }
}
