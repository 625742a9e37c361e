import JSON
import POSIX
import RPC
import Transport

/// One connection to a server: requests out, answers in, by id and without waiting for them.
final class ServerLink {
  struct Answer {
    let id: Int
    let outcome: Result<JSONValue, Refusal>
  }

  /// Events that must not wait until an answer comes, or does not: signals.
  struct Interruption {
    let descriptor: Int32
    /// True when there is no more to be waited for.
    let attend: () throws -> Bool
  }

  /// A wait that was given up, as the agent is to end.
  struct Interrupted: Error {}

  private let client: LineClient
  private let interruption: Interruption
  /// What carries the streams, when a command does.
  private let carrier: ChildProcess?
  private var lastID = 0

  /// Seconds that a call made while nothing else is may take.
  private static let patience = 30.0

  init(_ route: Route, _ interruption: Interruption) throws {
    self.interruption = interruption
    switch route {
    case .socket(let path):
      client = try LineClient(connectingTo: path, timeoutSeconds: Self.patience)
      carrier = nil
    case .command(let command):
      let input = try AnonymousPipe()
      let output = try AnonymousPipe()
      carrier = try ChildProcess(
        "/bin/sh", ["-c", command], environment: ThisProcess.environment.filter { $0.key != "BERTH_TOKEN" },
        input: .descriptor(input.reading), output: .descriptor(output.writing))
      client = LineClient(
        reading: output.reading, writing: input.writing, timeoutSeconds: Self.patience)
    }
  }

  /// The end of its input ends a carrier that is sound; one that is not must not pile up.
  deinit {
    guard let carrier else { return }
    carrier.signal(ChildProcess.terminate)
    _ = try? carrier.wait(seconds: 2)
  }

  /// Readable when an answer, or the connection's end, is there.
  var descriptor: Int32 { client.descriptor }

  /// Answers the request's id.
  func send(_ method: String, _ params: JSONObject) throws -> Int {
    lastID += 1
    try client.send(Reply.request(method, params: params, id: .int(lastID)))
    return lastID
  }

  /// An answer that has arrived; nil when there is none (yet).
  func next() throws -> Answer? {
    while let bytes = try client.receiveIfReady() {
      if let answer = try Answer(bytes) { return answer }
    }
    return nil
  }

  /// Calls and waits for the answer, while nothing else is outstanding.
  func call(_ method: String, _ params: JSONObject = [:]) throws -> JSONValue {
    let id = try send(method, params)
    while true {
      if let answer = try Answer(try receive()), answer.id == id { return try answer.outcome.get() }
    }
  }

  private func receive() throws -> [UInt8] {
    let deadline = SystemClock.monotonicNanoseconds(after: Self.patience)
    while true {
      if let bytes = try client.receiveIfReady() { return bytes }
      let left = deadline - SystemClock.monotonicNanoseconds()
      guard left > 0 else { throw LineClient.Failure.timedOut }
      let ready = try ThisProcess.readable(
        of: [client.descriptor, interruption.descriptor], milliseconds: left / 1_000_000 + 1)
      if ready.contains(interruption.descriptor), try interruption.attend() { throw Interrupted() }
    }
  }

  /// What is behind a connection's end, where more is known.
  func explained(_ error: any Error) -> any Error {
    guard let carrier, case .closed = error as? LineClient.Failure,
      let end = try? carrier.wait(seconds: 1)
    else { return error }
    return CarrierEnd(end: end)
  }
}

/// The command that was to carry the streams is over.
private struct CarrierEnd: Error, CustomStringConvertible {
  let end: ChildProcess.End

  var description: String {
    let how =
      switch end {
      case .exited(let code): "ended with exit code \(code)"
      case .killed(let signal): "was killed by signal \(signal)"
      }
    return "the command of --connect-command \(how); see what it says when it is run by hand."
  }
}

/// The server could not make out a request, not even which.
private struct Unread: Error, CustomStringConvertible {
  let reason: String
  var description: String { "it could not read a request: \(reason)" }
}

/// An answer that is no message.
private struct MalformedAnswer: Error, CustomStringConvertible {
  let text: String

  init(_ bytes: [UInt8]) { text = String(decoding: bytes.prefix(60), as: UTF8.self).asMessage }

  var description: String {
    "what it wrote is no answer: \"\(text)\"; nothing but the server may write to standard output there, no greeting of"
      + " a login script."
  }
}

/// A server's refusal of a request.
struct Refusal: Error, Sendable {
  let code: Int
  let message: String
  let data: JSONValue?

  var isUnauthenticated: Bool { code == 1001 }

  /// Whether asking again would be answered the same.
  var isFinal: Bool { [-32_602, -32_601, 1003, 1004].contains(code) }
}

extension ServerLink.Answer {
  /// Nil for what is no answer to a request of ours, such as a notification.
  fileprivate init?(_ bytes: [UInt8]) throws {
    guard let message = try? JSONParser.parse(bytes) else { throw MalformedAnswer(bytes) }
    guard let id = message["id"]?.int else {
      if let error = message["error"] { throw Unread(reason: error["message"]?.string ?? error.text) }
      return nil
    }
    self.id = id
    guard let error = message["error"] else {
      outcome = .success(message["result"] ?? .null)
      return
    }
    let refusal = Refusal(
      code: error["code"]?.int ?? 0, message: error["message"]?.string ?? error.text, data: error["data"])
    outcome = .failure(refusal)
  }
}
