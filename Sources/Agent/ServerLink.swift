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

  private let client: LineClient
  /// What carries the streams, when a command does.
  private let carrier: ChildProcess?
  private var lastID = 0

  /// Seconds that a call made while nothing else is may take.
  private static let patience = 30.0

  init(_ route: Route) throws {
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
      if let answer = try Answer(try client.receive()), answer.id == id { return try answer.outcome.get() }
    }
  }
}

/// What a server refused a request with.
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
    let message = try JSONParser.parse(bytes)
    guard let id = message["id"]?.int else { return nil }
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
