import CLI
import POSIX
import Transport

/// A server and an agent, processes of this very program, on a directory of their own that goes with them.
final class DemoServer {
  let directory: String
  private let process: ChildProcess
  private var agent: ChildProcess?
  private var socket: String { directory + "/berth.sock" }
  /// What the demo's deployments run.
  var program: String { directory + "/train" }

  init() throws {
    directory = try Directory.makeTemporary(prefix: "berth-demo-")
    process = try ChildProcess(
      try ThisProcess.executable,
      ["serve", "--data", directory + "/data", "--socket", directory + "/berth.sock"],
      errors: .null)
    try Directory.replace(program, with: Array(DemoProgram.text.utf8))
    try FilePermission.makeExecutable(program)
  }

  /// Starts the agent of a node, as somebody.
  func startAgent(of node: String, token: String) throws {
    agent = try ChildProcess(
      try ThisProcess.executable,
      ["agent", "--connect", socket, "--data", directory + "/data", "--node", node],
      environment: ThisProcess.environment.merging(["BERTH_TOKEN": token]) { $1 }, errors: .null)
  }

  /// A connection, once the server listens.
  func connect() throws -> LineClient {
    let deadline = SystemClock.monotonicNanoseconds() + 10_000_000_000
    while true {
      do throws(LineClient.Failure) { return try LineClient(connectingTo: socket) } catch {
        guard SystemClock.monotonicNanoseconds() < deadline, try process.poll() == nil else { throw error }
        SystemClock.sleep(nanoseconds: 2_000_000)
      }
    }
  }

  func end() {
    agent?.signal(ChildProcess.terminate)
    _ = try? agent?.wait()
    process.signal(ChildProcess.terminate)
    _ = try? process.wait()
    try? Directory.removeTree(directory)
  }
}
