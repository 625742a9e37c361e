import Glibc
import POSIX

/// A data directory, a home, and the processes that use them: a place of one test, gone when it is over.
package final class Sandbox {
  package let path: String
  package var data: String { path + "/data" }
  package var home: String { path + "/home" }
  /// Of every child besides: where podman's configuration is, or Slurm's.
  package var variables: [String: String] = [:]
  private var servers: [ServerProcess] = []
  private var endings: [() -> Void] = []

  fileprivate init() throws {
    Signals.ignoreFailedWrites()
    path = try Directory.makeTemporary(prefix: "berth-test-")
    try Directory.makePath(home)
  }

  /// Of every child: a home of its own.
  package var environment: [String: String] {
    let usual = [
      "HOME": home, "PATH": "/usr/bin:/bin", "TMPDIR": path, "LC_ALL": "C",
    ]
    return usual.merging(variables) { $1 }
  }

  /// Starts a server on the data directory, or on another.
  package func serve(_ settings: ServerProcess.Settings = .init(), data: String? = nil) throws
    -> ServerProcess
  {
    let server = try ServerProcess(
      settings, data: data ?? self.data, environment: environment,
      log: path + "/server-\(servers.count).log")
    servers.append(server)
    return server
  }

  package func serve(_ way: ServerProcess.Way) throws -> ServerProcess {
    try serve(ServerProcess.Settings(way))
  }

  fileprivate func endServers() {
    for server in servers {
      server.closeStreams()
      guard (try? server.process.poll()) == .some(nil) else { continue }
      if (try? server.stop()) == nil { try? server.kill() }
    }
  }

  /// Has `ending` called when the processes are gone and the files are not.
  package func atEnd(_ ending: @escaping () -> Void) { endings.append(ending) }

  fileprivate func remove() {
    for ending in endings.reversed() { ending() }
    try? Directory.removeTree(path)
  }

  package var logs: String { servers.map(\.log).joined() }
}

/// Runs `body` in a sandbox. After it, however it ended, no process is left; when it ended well, the data
/// directory is checked whole and nothing is allocated twice.
package func withSandbox(_ body: (Sandbox) throws -> Void) throws {
  let sandbox = try Sandbox()
  defer { sandbox.remove() }
  do {
    try body(sandbox)
  } catch {
    sandbox.endServers()
    let logs = sandbox.logs
    throw logs.isEmpty ? error : ContractBreach("\(error)\nThe servers said:\n\(logs)")
  }
  sandbox.endServers()
  let problems = try Soundness.problems(of: sandbox.data)
  guard problems.isEmpty else { throw ContractBreach(problems.joined(separator: "\n")) }
}
