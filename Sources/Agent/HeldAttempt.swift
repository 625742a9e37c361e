import JSON
import Model
import POSIX
import Runners

/// An attempt that this agent has something of: a directory, a supervisor, or an end to tell.
struct HeldAttempt {
  let name: AttemptName
  /// What its supervisor said last, or the agent in its place.
  var report: AttemptReport?
  /// True while a supervisor is known, or taken, to be with it.
  var hasSupervisor = false
  /// The stop order that was handed on.
  var stop: JSONObject?
  /// The server has taken its end.
  var isTold = false
  /// What the program left for its next attempt, as it was last read.
  var checkpoint: String?
  /// Nothing is left of it here, though it did start: when whatever kept it has ended by itself, in monotonic nanoseconds.
  var goneAt: Int?
  /// What the server has of a message and a checkpoint while it runs.
  private var knownMessage: String?
  private var knownCheckpoint: String?
  /// Supervisors that ended and left it unfinished.
  var supervisorDeaths = 0
  /// The server can read all its output. Else its end is not told yet: it says that the output is complete.
  var isOutputThere = true

  init(_ name: AttemptName) { self.name = name }

  var isOver: Bool { report?.phase == .exited }

  /// Its end is said.
  var isSayingEnd: Bool { isOver && isOutputThere }

  // MARK: - As `nodes.sync` takes it

  /// All that the server does not know yet.
  var observation: JSONObject {
    guard let report, isOver == isSayingEnd else { return bareObservation }
    var entry = head(report.phase.rawValue)
    if report.phase == .exited { entry.append("exit_code", .optional(report.exitCode)) }
    if let message, !isTold, isOver || message != knownMessage { entry.append("message", .string(message)) }
    if let time = report.startedAt { entry.append("started_at", .string(time)) }
    if let checkpoint, !isTold, checkpoint != knownCheckpoint {
      entry.append("checkpoint", .string(checkpoint))
    }
    if report.isFenced { entry.append("fenced", true) }
    return entry
  }

  /// That there is something of it, when there is no room for more: changes nothing.
  var bareObservation: JSONObject { head("starting") }

  private func head(_ phase: String) -> JSONObject {
    [
      "deployment_id": .int(name.deployment.rawValue), "attempt": .int(name.number), "phase": .string(phase),
    ]
  }

  private var message: String? { report?.message?.asMessage }

  /// The server has taken what `observation` said.
  mutating func isKnown(_ said: JSONObject) {
    if said["phase"]?.string == "exited" {
      isTold = true
      return
    }
    knownMessage = said["message"]?.string ?? knownMessage
    knownCheckpoint = said["checkpoint"]?.string ?? knownCheckpoint
  }
}
