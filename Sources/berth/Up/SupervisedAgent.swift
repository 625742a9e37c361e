import POSIX
import Synchronization

/// The agent process of `berth up`, started again whenever it ends; it ends with us, even if we are killed.
final class SupervisedAgent: Sendable {
  private final class Ending: Sendable {
    private let flag = Atomic(false)
    var isSaid: Bool { flag.load(ordering: .acquiring) }
    func say() { flag.store(true, ordering: .releasing) }
  }

  private let ending: Ending
  /// The agent's standard input; its end tells it that we are gone.
  private let lifeline: Mutex<FileDescriptor?>
  private let thread: BackgroundTask<Void>

  /// `environment` is added to ours.
  init(_ program: String, _ arguments: [String], environment: [String: String]) throws {
    let pipe = try AnonymousPipe()
    let input = pipe.reading
    lifeline = Mutex(pipe.writing)
    let ending = Ending()
    self.ending = ending
    let all = ThisProcess.environment.merging(environment) { $1 }
    thread = try BackgroundTask {
      var failures = 0
      while !ending.isSaid {
        let startedAt = SystemClock.monotonicNanoseconds()
        if let agent = try? ChildProcess(program, arguments, environment: all, input: .descriptor(input)) {
          Self.await(agent, ending)
        }
        // One that cannot work says so, and is not asked a thousand times.
        let hasWorked = SystemClock.monotonicNanoseconds() - startedAt > 5_000_000_000
        failures = hasWorked ? 0 : min(failures + 1, 5)
        Self.pause(failures, ending)
      }
    }
  }

  /// Half a second, and longer after each failure, up to eight seconds.
  private static func pause(_ failures: Int, _ ending: Ending) {
    for _ in 0..<(5 << max(0, failures - 1)) where !ending.isSaid {
      SystemClock.sleep(nanoseconds: 100_000_000)
    }
  }

  /// One that was told to end and does not is killed: its programs go on all the same.
  private static func await(_ agent: ChildProcess, _ ending: Ending) {
    if let process = try? ProcessHandle(agent.id) {
      var isAsked = false
      while !process.hasEnded(within: patienceMilliseconds) {
        if isAsked { process.signal(ChildProcess.kill) }
        isAsked = ending.isSaid
      }
    }
    _ = try? agent.wait()
  }

  private static let patienceMilliseconds = 5000

  /// Tells it to end, and returns when it has.
  func end() {
    ending.say()
    lifeline.withLock { $0 = nil }
    thread.wait()
  }
}
