import POSIX
import Runners

/// Supervisors, started ahead of time so that a program need not wait for one.
final class SupervisorPool {
  private struct Spare {
    let process: ChildProcess
    let input: FileDescriptor
  }

  private let program: String
  private let environment: [String: String]
  private var spares: [Spare] = []
  /// Supervisors that have an attempt and have not been seen to end.
  private var atWork: [AttemptName: ChildProcess] = [:]

  private static let sparesKept = 2

  init(program: String) {
    self.program = program
    // Whoever may look into a process of ours must not find a token there.
    environment = ThisProcess.environment.filter { $0.key != "BERTH_TOKEN" }
  }

  /// Has a supervisor take the attempt of this directory.
  func keep(_ name: AttemptName, _ directory: String) throws {
    while let spare = spares.popLast() {
      // One that died while it waited reads nothing any more.
      guard !Self.hasEnded(spare.process), spare.input.append(line: directory) else { continue }
      atWork[name] = spare.process
      return
    }
    atWork[name] = try start(["keep", directory], input: .null)
  }

  /// Whether a child of ours keeps it.
  func has(_ name: AttemptName) -> Bool { atWork[name] != nil }

  /// Makes up for the spare ones that were taken; when there is time.
  func refill() {
    while spares.count < Self.sparesKept {
      guard let pipe = try? AnonymousPipe(),
        let process = try? start(["keep", "--spare"], input: .descriptor(pipe.reading))
      else { return }
      spares.append(Spare(process: process, input: pipe.writing))
    }
  }

  private func start(_ arguments: [String], input: ChildProcess.Stream) throws -> ChildProcess {
    // Nothing that outlives us may hold what is open for us, a pipe to whoever reads our errors among it.
    try ChildProcess(
      program, arguments, environment: environment, input: input, output: .null, errors: .null)
  }

  /// Takes the ends of those that have ended; answers whose attempts had them.
  func reap() -> [AttemptName] {
    spares.removeAll { Self.hasEnded($0.process) }
    let ended = atWork.filter { Self.hasEnded($0.value) }.map(\.key)
    for name in ended { atWork[name] = nil }
    return ended
  }

  private static func hasEnded(_ process: ChildProcess) -> Bool {
    do { return try process.poll() != nil } catch { return true }
  }
}

extension FileDescriptor {
  /// False when nobody reads it any more.
  fileprivate func append(line: String) -> Bool {
    Array((line + "\n").utf8).withUnsafeBytes { append($0).failure } == nil
  }
}
