import JSON
import Model
import POSIX

/// Slurm's own programs.
struct SlurmCommands {
  /// The outcome of a command.
  enum Answer: Equatable {
    case done(String)
    /// It ended with another code than 0, and said this.
    case refused(String)
    /// It was not done in time and was killed: what it asked for may have happened.
    case silent
    /// There is no such program.
    case absent

    /// True when asking again may bring another answer.
    var isUncertain: Bool {
      switch self {
      case .silent: true
      case .done, .absent: false
      case .refused(let text): SlurmCommands.isOutage(text)
      }
    }

    /// In words, for a sentence.
    var reason: String {
      switch self {
      case .done(let text): text
      case .refused(let text): text.isEmpty ? "it does not say why" : text
      case .silent: "it does not answer in time"
      case .absent: "the command is not installed"
      }
    }
  }

  private let bin: String?
  /// Where answers are written to while they come.
  private let scratch: String

  init(bin: String?, scratch: String) {
    self.bin = bin
    self.scratch = scratch
  }

  /// Waits for the command's end, at most so long.
  func run(
    _ name: String, _ arguments: [String], extra: [String: String] = [:], seconds: Double
  ) -> Answer {
    switch begin(name, arguments, extra: extra) {
    case .failure(let answer): answer.answer
    case .success(let running): running.wait(seconds: seconds) ?? running.giveUp()
    }
  }

  struct NotBegun: Error {
    let answer: Answer
  }

  /// `extra` goes to the command besides the little of our environment that every one of them has.
  func begin(_ name: String, _ arguments: [String], extra: [String: String] = [:])
    -> Result<Running, NotBegun>
  {
    guard let path = path(of: name) else { return .failure(NotBegun(answer: .absent)) }
    do throws(Errno) {
      let output = try FileDescriptor.open("\(scratch)/\(name).answer", .replace)
      let errors = try FileDescriptor.open("\(scratch)/\(name).errors", .replace)
      let child = try ChildProcess(
        path, arguments, environment: Self.environment.merging(extra) { $1 }, output: .descriptor(output),
        errors: .descriptor(errors))
      return .success(Running(child: child, output: output, errors: errors))
    } catch {
      return .failure(NotBegun(answer: .refused("\(error)")))
    }
  }

  /// A command that was begun.
  struct Running {
    fileprivate let child: ChildProcess
    fileprivate let output: FileDescriptor
    fileprivate let errors: FileDescriptor

    /// What it came to within so long; nil when it runs still.
    func wait(seconds: Double) -> Answer? {
      let deadline = SystemClock.monotonicNanoseconds(after: seconds)
      var pause = 500_000
      while true {
        if let answer { return answer }
        guard SystemClock.monotonicNanoseconds() < deadline else { return nil }
        SystemClock.sleep(nanoseconds: pause)
        pause = min(pause * 2, 10_000_000)
      }
    }

    private var answer: Answer? {
      do throws(Errno) {
        guard let end = try child.poll() else { return nil }
        guard case .exited(code: 0) = end else { return .refused(words(text(errors))) }
        let said = text(output)
        // A list of many jobs is not kept once for each attempt.
        try? output.truncate(to: 0)
        return .done(said)
      } catch {
        return .refused("\(error)")
      }
    }

    func giveUp() -> Answer {
      child.signal(ChildProcess.kill)
      _ = try? child.wait()
      return .silent
    }
  }

  /// For how many seconds the controller has been up; nil when that is not to be learnt.
  func controllerAge() -> Double? {
    guard case .done(let text) = run("scontrol", ["show", "config"], extra: ["TZ": "UTC"], seconds: 3),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("BOOT_TIME") }),
      let word = line.split(separator: " ").last, let start = Timestamp("\(word).000Z")
    else { return nil }
    return Double(Timestamp.now.milliseconds - start.milliseconds) / 1000
  }

  private static func text(_ file: FileDescriptor) -> String {
    String(decoding: (try? file.read(0..<(file.status().size))) ?? [], as: UTF8.self)
  }

  /// `sbatch: error: Batch job submission failed: X` and lines before it become `X` and what they say.
  static func words(_ errors: String) -> String {
    errors.split(separator: "\n").map { line in
      var rest = line[...]
      for prefix in ["sbatch: ", "squeue: ", "scancel: ", "sinfo: ", "error: ", "fatal: "]
      where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
      return String(rest)
    }.joined(separator: "; ")
  }

  /// Words of Slurm's that mean its controller was not reached, or not to the end of the conversation.
  /// Source: slurm_errno.c.
  private static let outages = [
    "Unable to contact slurm controller", "Socket timed out", "Zero Bytes were transmitted",
    "Connection refused", "Connection reset", "Transport endpoint", "ommunication", "Message receive failure",
    "standby mode", "temporarily", "Unspecified error", "munge", "Munge", "authentication",
  ]

  static func isOutage(_ text: String) -> Bool {
    outages.contains { text.contains($0) }
  }

  // MARK: - Where they are

  private func path(of name: String) -> String? {
    let folders = bin.map { [$0] } ?? (Self.searched.split(separator: ":").map(String.init))
    return folders.map { "\($0)/\(name)" }.first {
      FileKind(of: $0) == .file && FilePermission.mayExecute($0)
    }
  }

  private static let searched = ThisProcess.environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin"

  /// Few: `sbatch` hands all of it on to the job, and takes orders from its SBATCH_ variables.
  private static let environment: [String: String] = {
    var variables = ["PATH": searched, "LC_ALL": "C"]
    for name in ["HOME", "USER", "LOGNAME", "SLURM_CONF"] {
      if let value = ThisProcess.environment(name) { variables[name] = value }
    }
    return variables
  }()
}
