import POSIX
import Synchronization

/// The programs that were started here and have not been waited for: none of them may outlive us.
enum Children {
  private static let running = Mutex<Set<Int32>>([])

  static func start(
    _ path: String, _ arguments: [String], environment: [String: String]? = nil,
    input: ChildProcess.Stream = .null, output: ChildProcess.Stream = .inherit,
    errors: ChildProcess.Stream = .inherit
  ) throws -> ChildProcess {
    let process = try ChildProcess(
      path, arguments, environment: environment, input: input, output: output, errors: errors)
    running.withLock { _ = $0.insert(process.id) }
    return process
  }

  /// Asks it to end, and waits until it has.
  static func end(_ process: ChildProcess) {
    process.signal(ChildProcess.terminate)
    _ = try? process.wait()
    running.withLock { _ = $0.remove(process.id) }
  }

  /// For an end before the time, from any thread.
  static func endAll() {
    running.withLock { running in for id in running { ProcessTable.signal(id, ChildProcess.kill) } }
  }
}
