import JSON
import Logs
import Model
import POSIX
import RPC
import Services

/// A call that sends a deployment's output as it is written, and is answered when no more can come.
struct Follower {
  /// Those of one connection.
  static let limit = 256

  let reply: PendingReply
  let method: Method
  let invocation: Invocation
  private let request: LogRequest
  private(set) var progress: LogProgress
  private(set) var attempt: Int
  /// Of the next byte to send; nil until the attempt's log was first looked at.
  private var offset: Int?
  private var hasSent = false
  /// Whether there may be something to do: output, an end, or that the caller has gone.
  var isDue = true
  /// Its connection has sent all it will send, and is told how things stand.
  private(set) var isLeaving = false
  /// What it is answered instead of an end.
  private(set) var refusal: RPCError?

  init(
    _ reply: PendingReply, _ method: Method, _ invocation: Invocation, _ request: LogRequest,
    _ progress: LogProgress,
    from attempt: Int
  ) {
    self.reply = reply
    self.method = method
    self.invocation = invocation
    self.request = request
    self.progress = progress
    self.attempt = attempt
  }

  var peer: Peer { reply.peer }
  var deploymentID: DeploymentID { progress.deploymentID }
  var session: SessionID { invocation.caller.session.id }

  /// Whether what it follows may still be written.
  var isLive: Bool { request.attempt.map { !progress.isOver($0) } ?? !progress.isLast(attempt) }

  /// Takes note of where the deployment stands now, and whether the caller may still see it.
  mutating func look(_ work: borrowing Work) throws {
    isDue = true
    do {
      let caller = try Sessions.caller(session, work)
      progress = LogProgress(try Deployments.find(deploymentID, for: caller, work))
    } catch let error as ServiceError {
      refusal = RPCError(error)
    }
  }

  mutating func cancel() {
    refusal = .cancelled
    isDue = true
  }

  mutating func leave() {
    isLeaving = true
    isDue = true
  }
}

extension Follower {
  enum Step {
    /// The params of a notification.
    case send(JSONObject)
    /// Nothing now.
    case wait
    case answer(JSONObject)
  }

  /// What to do next; reads at most one piece.
  mutating func step(_ folder: LogFolder) throws(Errno) -> Step {
    while true {
      let isOver = progress.isOver(attempt)
      if attempt > 0, let reader = try folder.reader(of: deploymentID.rawValue, attempt: attempt) {
        let from = if let offset { offset } else { request.start(in: try reader.end) }
        let limit = min(request.limit, LogRequest.followLimit)
        let text = try reader.text(from: from, limit: limit, isComplete: isOver)
        // Beyond what there is, it stays where it is: it may have been asked for output to come.
        offset = max(from, text.end)
        if !text.text.isEmpty, text.offset >= from {
          hasSent = true
          return .send(notification(text))
        }
      }
      guard isOver || attempt == 0 else { return .wait }
      if request.attempt != nil { return .answer(answer(isEnded: true)) }
      if attempt < progress.newest {
        attempt += 1
        offset = 0
      } else {
        return progress.isLast(attempt) ? .answer(answer(isEnded: true)) : .wait
      }
    }
  }

  private func notification(_ text: LogText) -> JSONObject {
    [
      "deployment_id": .int(deploymentID.rawValue), "attempt": .int(attempt), "offset": .int(text.offset),
      "text": .string(text.text),
    ]
  }

  /// Its answer as things stand.
  func answer(isEnded: Bool) -> JSONObject {
    let end = offset ?? 0
    return LogAnswer(
      attempt: attempt, text: "", offset: end, end: end, size: end, isEnded: isEnded,
      note: hasSent ? nil : progress.reasonForNothing(of: attempt)
    ).object
  }
}
