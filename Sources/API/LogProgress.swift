import JSON
import Logs
import Model
import Services

/// The progress of a deployment, as its output goes.
struct LogProgress {
  let deploymentID: DeploymentID
  /// Of the newest attempt; 0: there was none yet.
  let newest: Int
  /// The attempt that may still write.
  private let live: Int?
  private let isFinal: Bool
  /// Whether an agent runs the newest attempt.
  private let isManaged: Bool

  init(_ deployment: Deployment) {
    deploymentID = deployment.id
    newest = deployment.attempts
    live = deployment.phase.liveAttempt?.number
    isFinal = deployment.isFinal
    isManaged = deployment.phase.lastAttempt?.isManaged ?? true
  }

  /// Whether all that the attempt wrote is in its log: agents report an end after its output.
  func isOver(_ attempt: Int) -> Bool { attempt != live }

  /// Whether no attempt comes after it.
  func isLast(_ attempt: Int) -> Bool { isFinal && attempt == newest }

  /// The attempt that is asked for: the newest, unless named.
  func attempt(_ named: Int?) throws(ServiceError) -> Int {
    guard let named else { return newest }
    guard named <= newest else {
      throw .notFound(
        "There is no attempt \(named) of deployment \(deploymentID): it has had \(newest).",
        ["attempts": .int(newest)])
    }
    return named
  }

  /// Why there is nothing to read, in a sentence; nil where more may come.
  func reasonForNothing(of attempt: Int) -> String? {
    if attempt == 0 {
      return isFinal
        ? "Deployment \(deploymentID) ended without having started: there is no output."
        : "Deployment \(deploymentID) has not started yet: deployments.explain says what it waits for."
    }
    if attempt == newest, !isManaged {
      return "No agent runs attempt \(attempt) of deployment \(deploymentID): its output is not kept here."
    }
    guard isOver(attempt) else { return nil }
    return
      "Nothing is kept of attempt \(attempt) of deployment \(deploymentID): it wrote nothing, or that was pruned."
  }
}

/// The answer of `deployments.logs`.
struct LogAnswer {
  /// 0: none yet.
  let attempt: Int
  let text: String
  let offset: Int
  let end: Int
  /// All its output so far.
  let size: Int
  let isEnded: Bool
  let note: String?

  var object: JSONObject {
    [
      "attempt": .optional(attempt == 0 ? nil : attempt), "text": .string(text), "offset": .int(offset),
      "end": .int(end), "size": .int(size), "ended": .bool(isEnded), "note": .optional(note),
    ]
  }
}

extension LogAnswer {
  /// One piece of an attempt's output.
  static func piece(_ request: LogRequest, _ progress: LogProgress, _ folder: LogFolder) throws -> LogAnswer {
    let attempt = try progress.attempt(request.attempt)
    let isOver = progress.isOver(attempt)
    guard attempt > 0, let reader = try folder.reader(of: progress.deploymentID.rawValue, attempt: attempt)
    else {
      return LogAnswer(
        attempt: attempt, text: "", offset: 0, end: 0, size: 0,
        isEnded: attempt > 0 ? isOver : progress.isLast(0), note: progress.reasonForNothing(of: attempt))
    }
    let size = try reader.end
    let from = request.start(in: size)
    let text = try reader.text(from: from, limit: request.limit, isComplete: isOver)
    let isPruned = text.offset > from && from < size && request.tail == nil
    return LogAnswer(
      attempt: attempt, text: text.text, offset: text.offset, end: text.end, size: max(size, text.end),
      isEnded: isOver && text.end >= size,
      note: isPruned ? "Of the bytes from \(from) on, those before \(text.offset) are not kept." : nil)
  }
}

/// The output that is asked for.
struct LogRequest {
  /// Nil: the newest, and when it is followed, those after it too.
  let attempt: Int?
  private let offset: Int?
  /// Bytes from the end.
  let tail: Int?
  /// Bytes in one piece.
  let limit: Int

  /// Of a piece that is sent to a follower, which is read on the event loop.
  static let followLimit = 64 << 10

  init(_ call: Invocation) throws(ServiceError) {
    attempt = call.int("attempt")
    offset = call.int("offset")
    tail = call.int("tail")
    limit = call.int("limit") ?? Self.followLimit
    if offset != nil, tail != nil { throw .invalid(pointer: "/tail", "cannot be given together with offset") }
  }

  /// Where the first piece begins, of so many bytes.
  func start(in size: Int) -> Int {
    if let tail { return max(0, size - tail) }
    return offset ?? 0
  }
}
