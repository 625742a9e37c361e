import Glibc
import JSON
import POSIX
import TestSupport

/// A real `berth up` on a data directory of its own, whose node is `box`.
final class UpProcess {
  let sandbox: Sandbox
  private(set) var process: ChildProcess
  private var logPath: String { sandbox.path + "/up.log" }

  fileprivate init(_ sandbox: Sandbox) throws {
    self.sandbox = sandbox
    process = try Self.start(sandbox)
    try waitUntilReady(1)
  }

  private static func start(_ sandbox: Sandbox) throws -> ChildProcess {
    let number = open(sandbox.path + "/up.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw Errno(errno, "open", sandbox.path) }
    let log = ChildProcess.Stream.descriptor(FileDescriptor(owning: number))
    return try ChildProcess(
      try BerthBinary.path,
      ["up", "--user", "alice", "--node", "box", "--lease", "5", "--data", sandbox.data],
      environment: sandbox.environment, input: .null, output: log, errors: log)
  }

  private var starts = 1

  private func waitUntilReady(_ times: Int) throws {
    try eventually("its agent at work") {
      if let end = try process.poll() { throw ContractBreach("berth up ended: \(end), \(log)") }
      return log.split(separator: "\n").count { $0 == "berth agent: Serving node box." } >= times
    }
  }

  /// It has ended.
  func restart() throws {
    process = try Self.start(sandbox)
    starts += 1
    try waitUntilReady(starts)
  }

  func stop() throws {
    process.signal(SIGTERM)
    guard try process.wait(seconds: patience) == .exited(code: 0) else {
      throw ContractBreach("it did not end well")
    }
  }

  var log: String {
    String(decoding: (try? FileDescriptor.contents(of: logPath)) ?? [], as: UTF8.self)
  }

  /// Agents of this data directory.
  var agents: [pid_t] {
    ProcessTable.all().filter { entry in
      guard entry.isAlive else { return false }
      let words = (try? FileDescriptor.contents(of: "/proc/\(entry.id)/cmdline")) ?? []
      let text = String(decoding: words, as: UTF8.self)
      return text.contains("\0agent\0") && text.contains(sandbox.data)
    }.map(\.id)
  }

  // MARK: - What is asked of it

  /// An executable script; answers its path.
  func script(_ name: String, _ lines: String) throws -> String {
    let path = sandbox.path + "/" + name
    try Directory.replace(path, with: Array("#!/bin/sh\n\(lines)\n".utf8), durably: false)
    chmod(path, 0o755)
    return path
  }

  func lines(_ name: String) -> [String] {
    let bytes = (try? FileDescriptor.contents(of: sandbox.path + "/" + name)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// A command of somebody who never logged in; it succeeds.
  @discardableResult
  func command(_ words: [String]) throws -> CommandRun {
    let run = try CommandRun(
      words.prefix(2) + ["--data", sandbox.data] + words.dropFirst(2), in: sandbox)
    guard run.code == 0 else { throw ContractBreach("berth \(words): \(run.code), \(run.errors)") }
    return run
  }

  func deploy(_ program: String, _ arguments: [String]) throws -> Int {
    let words = ["deployments", "create", "job", program, "1", "0.1", "0.1", "0", "--json", "--"] + arguments
    return try JSONParser.parse(Array(try command(words).output.utf8)).at("deployment", "id").int ?? 0
  }

  func deployment(_ id: Int, _ more: [String] = []) throws -> JSONValue {
    let run = try command(["deployments", "get", "\(id)", "--json"] + more)
    return try JSONParser.parse(Array(run.output.utf8)).at("deployment")
  }

  fileprivate func abandon() {
    process.signal(SIGKILL)
    for agent in agents { Glibc.kill(agent, SIGKILL) }
    let mark = sandbox.data + "/agents/"
    for entry in ProcessTable.all() where entry.isAlive && entry.id != getpid() {
      let words = ["cmdline", "environ"].map {
        (try? FileDescriptor.contents(of: "/proc/\(entry.id)/\($0)")) ?? []
      }
      if words.contains(where: { String(decoding: $0, as: UTF8.self).contains(mark) }) {
        Glibc.kill(entry.id, SIGKILL)
      }
    }
  }
}

/// Ends with `berth up` told to end, and ending well.
func withUp(_ body: (UpProcess) throws -> Void) throws {
  try withSandbox { sandbox in
    var made: UpProcess?
    defer { made?.abandon() }
    let up = try UpProcess(sandbox)
    made = up
    do {
      try body(up)
      try up.stop()
    } catch { throw ContractBreach("\(error)\nIt said:\n\(up.log)") }
    guard up.agents.isEmpty else { throw ContractBreach("an agent is left") }
  }
}
