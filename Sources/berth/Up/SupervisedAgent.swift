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
      while !ending.isSaid {
        guard
          let agent = try? ChildProcess(
            program, arguments, environment: all, input: .descriptor(input))
        else { return }
        _ = try? agent.wait()
        // One that cannot work says so, and is not asked a thousand times.
        if !ending.isSaid { SystemClock.sleep(nanoseconds: 500_000_000) }
      }
    }
  }

  /// Tells it to end, and returns when it has.
  func end() {
    ending.say()
    lifeline.withLock { $0 = nil }
    thread.wait()
  }
}
