import CLI
import JSON
import Logs
import Model
import POSIX
import Services
import Storage

extension LocalCommand {
  static let prune = LocalCommand(
    "prune", "Drop finished deployments, their output, and journals that are older than so many days.",
    properties: [
      "older_than": [
        "type": "number", "minimum": 0, "maximum": 1_000_000, "x-unit": "days",
        "description": "Age from which they are dropped",
      ],
      "keep_logs": [
        "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991, "x-unit": "bytes",
        "description": "What the output of finished deployments may take together: the oldest is dropped",
      ],
    ], required: ["older_than"]
  ) { call, terminal in
    let days = call.params["older_than"]?.number?.double ?? .infinity
    let now = Timestamp(milliseconds: SystemClock.wallMilliseconds())
    let limit = now + -days * 86_400
    let store = try LocalStore.open(try ServerLocation(call.options).dataDirectory, create: false)
    defer { store.close() }
    let pruned = try store.prune(before: limit) { row in
      guard let ended = row["outcome"]?["at"]?.string.flatMap({ Timestamp($0) }) else { return false }
      return ended < limit
    }
    var logs = LogPrune(LogFolder(dataDirectory: store.directory.path))
    try logs.removeForgotten(before: limit, store)
    if let bytes = call.params["keep_logs"]?.int { try logs.shrink(to: bytes, store) }
    terminal.write(
      "Dropped \(pruned.rows) deployments, \(pruned.archives) old journals and the logs of \(logs.removed) attempts.\n"
    )
    return .ok
  }
}

/// The dropping of output by age and size; never that of a deployment which is not final.
private struct LogPrune {
  private let folder: LogFolder
  private(set) var removed = 0

  init(_ folder: LogFolder) { self.folder = folder }

  /// Removes what was last written before `limit` by deployments that are not known any more.
  mutating func removeForgotten(before limit: Timestamp, _ store: Store<PlanningState>) throws {
    for log in try folder.all() where log.writtenMilliseconds < limit.milliseconds {
      guard try Self.standing(of: log, store) == .forgotten else { continue }
      try remove(log)
    }
  }

  /// Removes the oldest, first, until the rest takes no more than so many bytes.
  mutating func shrink(to bytes: Int, _ store: Store<PlanningState>) throws {
    let logs = try folder.all().filter { try Self.standing(of: $0, store) != .live }
    var kept = logs.reduce(0) { $0 + $1.bytes }
    for log in logs {
      guard kept > bytes else { return }
      try remove(log)
      kept -= log.bytes
    }
  }

  private enum Standing {
    case live
    case final
    case forgotten
  }

  private static func standing(of log: KeptLog, _ store: Store<PlanningState>) throws -> Standing {
    let deployments = store.fold.state.deployments
    // One that another process has created since.
    guard log.deployment < deployments.nextID else { return .live }
    if let deployment = deployments[DeploymentID(log.deployment)] {
      return deployment.isFinal ? .final : .live
    }
    return try store.history.row(id: log.deployment) == nil ? .forgotten : .final
  }

  private mutating func remove(_ log: KeptLog) throws {
    try folder.remove(log)
    removed += 1
  }
}
