import JSON
import Model
import POSIX
import Runners

/// An attempt that this agent has something of: a directory, a keeper, or an end to tell.
struct HeldAttempt {
  let name: AttemptName
  /// What its keeper said last, or the agent in its place.
  var report: AttemptReport?
  /// True while a keeper is known, or taken, to be with it.
  var hasKeeper = false
  /// The stop order that was handed on.
  var stop: JSONObject?
  /// The server has taken its end.
  var isTold = false
  /// What the program left for its next attempt, as it was last read.
  var checkpoint: String?
  /// Nothing is left of it here, though it did start: when whatever kept it has ended by itself, in monotonic nanoseconds.
  var goneAt: Int?
  /// Keepers that ended and left it unfinished.
  var keeperDeaths = 0
  /// The server can read all its output. Else its end is not told yet: it says that the output is complete.
  var isOutputThere = true

  init(_ name: AttemptName) { self.name = name }

  var isOver: Bool { report?.phase == .exited }

  /// Its end is said.
  var isSayingEnd: Bool { isOver && isOutputThere }

  /// As `nodes.sync` takes it.
  var observation: JSONValue {
    var entry: JSONObject = [
      "deployment_id": .int(name.deployment.rawValue),
      "attempt": .int(name.number),
      "phase": .string(isOver == isSayingEnd ? report?.phase.rawValue ?? "starting" : "starting"),
    ]
    guard let report, isOver == isSayingEnd else { return .object(entry) }
    if report.phase == .exited { entry.append("exit_code", .optional(report.exitCode)) }
    if let message = report.message { entry.append("message", .string(message.asMessage)) }
    if let time = report.startedAt { entry.append("started_at", .string(time)) }
    if let checkpoint { entry.append("checkpoint", .string(checkpoint)) }
    if report.isFenced { entry.append("fenced", true) }
    return .object(entry)
  }
}
