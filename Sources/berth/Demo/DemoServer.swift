import CLI
import POSIX
import Transport

/// A server process of this very program, on a directory of its own that goes with it.
final class DemoServer {
  let directory: String
  let process: ChildProcess
  var socket: String { directory + "/berth.sock" }

  init() throws {
    directory = try Directory.makeTemporary(prefix: "berth-demo-")
    process = try ChildProcess(
      try ThisProcess.executable,
      ["serve", "--data", directory + "/data", "--socket", directory + "/berth.sock"],
      errors: .null)
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
    process.signal(ChildProcess.terminate)
    _ = try? process.wait()
    try? Directory.removeTree(directory)
  }
}
