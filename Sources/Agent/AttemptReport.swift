import JSON
import Model

/// The word of a supervisor, or of the agent in its place, on an attempt.
struct AttemptReport: Equatable {
  enum Phase: String {
    case running
    case exited
  }

  let phase: Phase
  var exitCode: Int?
  var message: String?
  var startedAt: String?
  /// It was killed for want of a lease, which is its node's failure and not its own.
  var isFenced = false

  init(_ phase: Phase, message: String? = nil) {
    self.phase = phase
    self.message = message
  }

  /// Nil when it has not a report's shape.
  init?(_ object: JSONObject) {
    guard let phase = object["phase"]?.string.flatMap({ Phase(rawValue: $0) }) else { return nil }
    self.phase = phase
    exitCode = object["exit_code"]?.int
    message = object["message"]?.string ?? object["limits"]?.string
    startedAt = object["started_at"]?.string
    isFenced = object["fenced"]?.bool ?? false
  }

  /// Ends that the agent itself knows of.
  static func neverStarted(_ sentence: String) -> AttemptReport { AttemptReport(.exited, message: sentence) }

  static func failed(_ sentence: String) -> AttemptReport {
    var report = AttemptReport(.exited, message: sentence)
    report.exitCode = 125
    return report
  }

  static func lost(_ sentence: String) -> AttemptReport {
    var report = AttemptReport(.exited, message: sentence)
    report.isFenced = true
    return report
  }
}

extension String {
  /// As the protocol takes a message: one line, not too long.
  var asMessage: String {
    let line = String(
      unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : Character($0) })
    return line.unicodeScalars.count <= 1024 ? line : String(line.prefix(1000)) + " …"
  }
}
