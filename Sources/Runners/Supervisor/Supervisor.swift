import JSON
import Logs
import Model
import POSIX

/// The process between an agent and one program: starts it at most once, keeps its output, obeys the stop order,
/// ends it when the node's lease has passed, and tells how it ended. Outlives the agent.
package enum Supervisor {
  /// Keeps the attempt of this directory (`STATE/attempts/12.3`) to its end.
  ///
  /// Answers the exit code for the supervisor itself: 0 when the attempt's end is reported, 1 when it is not.
  package static func run(_ directory: String) -> Int32 {
    ThisProcess.detach()
    guard let files = AttemptFiles(directory) else {
      return refuse("\(directory) is no attempt's directory: name one as STATE/attempts/12.3")
    }
    do {
      // Held in this scope, and so to the end.
      guard let lock = try files.lock() else { return refuse("another supervisor has \(directory)") }
      return try withExtendedLifetime(lock) { try keep(files) }
    } catch {
      files.complain("\(error)")
      return refuse("\(error)")
    }
  }

  private static func refuse(_ sentence: String) -> Int32 {
    StandardStreams.writeError("berth keep: \(sentence)\n")
    return 1
  }

  private static func keep(_ files: AttemptFiles) throws -> Int32 {
    if files.isReportedEnded { return 0 }
    guard let assignment = files.assignment() else {
      try files.reportEnd(
        RunEnd(exitCode: 125, message: "Its assignment cannot be read on its node: deploy it again."),
        startedAt: nil, endedAt: .now)
      return 0
    }
    let log = LogWriter(path: assignment.log, limitBytes: assignment.logLimitBytes)
    let pump = try OutputPump(files.output, log: log)
    let runner: any Runner
    do throws(RunFailure) {
      runner = try makeRunner(assignment, files.directory, pump)
    } catch {
      let end = RunEnd(exitCode: error.exitCode, message: error.message)
      try files.reportEnd(end, startedAt: nil, endedAt: .now)
      return 0
    }
    return try SupervisedAttempt(files, runner, pump).run() ? 0 : 1
  }

  private static func makeRunner(_ assignment: Assignment, _ directory: String, _ output: OutputPump)
    throws(RunFailure) -> any Runner
  {
    guard let type = RunnerCatalog.runner(named: assignment.runner) else {
      throw RunFailure(exitCode: 125, "The node's agent has no runner `\(assignment.runner)`.")
    }
    let options = try RunnerOptions(assignment.options, of: type)
    return try type.init(
      AttemptSite(directory: directory, order: assignment.order, options: options, output: output))
  }

  // MARK: - Ahead of time

  /// Waits, started and warm, for one line on standard input: the attempt's directory; then keeps that.
  ///
  /// Ends with 0 when standard input ends before a line has come.
  package static func runSpare() -> Int32 {
    ThisProcess.detach()
    warmUp()
    guard let directory = readLine(strippingNewline: true), !directory.isEmpty else { return 0 }
    ThisProcess.closeStandardInput()
    return run(directory)
  }

  /// What is slow the first time only: looked-up symbols, types made at run time, the runner's catalog.
  private static func warmUp() {
    let sample: JSONObject = ["order": [:], "runner": "", "log": "", "log_limit_bytes": 0]
    _ = (try? JSONParser.parse(JSONValue.object(sample).bytes))?.object.flatMap { Assignment($0) }
    _ = RunnerCatalog.runner(named: "")
    _ = BootClock.bootID
    _ = Timestamp.now.text
  }
}

extension Timestamp {
  static var now: Timestamp { Timestamp(milliseconds: SystemClock.wallMilliseconds()) }
}
