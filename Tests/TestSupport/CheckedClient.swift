import JSON
import POSIX
import RPC
import Transport

/// One connection to a server, whose every exchange is held against the schemas.
///
/// One thread at a time.
package final class CheckedClient {
  package let line: LineClient
  private var lastID = 0
  /// Answers and notifications that came while another was waited for.
  private var answers: [Int: JSONValue] = [:]
  private var events: [JSONValue] = []
  private var logs: [JSONValue] = []

  /// One exchange in so many is held against the schemas: fewer than all where load is what is wanted.
  private let checkedOneIn: Int

  package init(_ line: LineClient, checkedOneIn: Int = 1) {
    self.line = line
    self.checkedOneIn = checkedOneIn
  }

  /// The result; throws `Refused` for an error. Params are held against the schema first.
  @discardableResult
  package func call(_ method: String, _ params: JSONObject = [:]) throws -> JSONValue {
    if isChecked(lastID + 1) { try MethodContract.checkParams(params, of: method) }
    return try answer(to: try send(method, params), of: method)
  }

  /// The error that the call is answered with. `isValid`: the params are meant to keep to the schema.
  package func refusal(_ method: String, _ params: JSONObject = [:], isValid: Bool = true) throws -> Refused {
    if isValid { try MethodContract.checkParams(params, of: method) }
    do {
      let result = try answer(to: try send(method, params), of: method)
      throw ContractBreach("\(method) was to be refused, and answered \(result.text)")
    } catch let refused as Refused {
      return refused
    }
  }

  /// Sends a request and does not wait; answers its id.
  package func send(_ method: String, _ params: JSONObject = [:]) throws -> Int {
    lastID += 1
    try line.send(Reply.request(method, params: params, id: .int(lastID)))
    return lastID
  }

  /// The result of the request sent with this id, waited for.
  package func answer(to id: Int, of method: String, within seconds: Double? = nil) throws -> JSONValue {
    while answers[id] == nil { try sort(try line.receive(within: seconds)) }
    guard let reply = answers.removeValue(forKey: id) else { throw ContractBreach("lost") }
    return try Self.result(of: reply, method, isChecked: isChecked(id))
  }

  private func isChecked(_ id: Int) -> Bool { id % checkedOneIn == 0 }

  /// True when an answer with this id is there or comes within so many seconds.
  package func isAnswered(_ id: Int, within seconds: Double) throws -> Bool {
    do {
      while answers[id] == nil { try sort(try line.receive(within: seconds)) }
      return true
    } catch LineClient.Failure.timedOut {
      return false
    }
  }

  /// The next `event` notification; nil when none comes within so many seconds.
  package func nextEvent(within seconds: Double = patience) throws -> JSONValue? {
    do {
      while events.isEmpty { try sort(try line.receive(within: seconds)) }
      return events.removeFirst()
    } catch LineClient.Failure.timedOut {
      return nil
    }
  }

  /// The next `log` notification; nil when none comes within so many seconds.
  package func nextLog(within seconds: Double = patience) throws -> JSONValue? {
    do {
      while logs.isEmpty { try sort(try line.receive(within: seconds)) }
      return logs.removeFirst()
    } catch LineClient.Failure.timedOut {
      return nil
    }
  }

  /// Sends all as one batch; results and refusals in the requests' order.
  package func batch(_ calls: [(method: String, params: JSONObject)]) throws -> [Result<JSONValue, Refused>] {
    let first = lastID + 1
    lastID += calls.count
    let requests = try calls.enumerated().map { place, call in
      try MethodContract.checkParams(call.params, of: call.method)
      return try JSONParser.parse(Reply.request(call.method, params: call.params, id: .int(first + place)))
    }
    try line.send(JSONValue.array(requests).bytes)
    let replies = try JSONParser.parse(try line.receive()).array ?? []
    guard replies.map({ $0.at("id").int }) == calls.indices.map({ first + $0 }) else {
      throw ContractBreach("a batch's answers are not its requests'")
    }
    return try zip(replies, calls).map { reply, call in
      do { return .success(try Self.result(of: reply, call.method)) } catch let refused as Refused {
        return .failure(refused)
      }
    }
  }

  /// Sends bytes as they are and reads the error that answers them, whose id is null.
  package func refusal(ofRaw bytes: [UInt8]) throws -> Refused {
    try line.sendRaw(bytes)
    let reply = try JSONParser.parse(try line.receive())
    guard reply.at("id").isNull, let error = reply["error"] else {
      throw ContractBreach("not an error without id: \(reply.text)")
    }
    return try MethodContract.checkError(error, of: nil)
  }

  private func sort(_ bytes: [UInt8]) throws {
    let message = try JSONParser.parse(bytes)
    guard message.at("jsonrpc") == "2.0" else { throw ContractBreach("not JSON-RPC: \(message.text)") }
    if message.at("method") == "event" {
      events.append(message.at("params"))
    } else if message.at("method") == "log" {
      try MethodContract.checkNotification(message.at("params"), of: "deployments.logs")
      logs.append(message.at("params"))
    } else if let id = message.at("id").int {
      guard answers.updateValue(message, forKey: id) == nil else {
        throw ContractBreach("two answers to \(id)")
      }
    } else {
      throw ContractBreach("neither an answer nor a notification of ours: \(message.text)")
    }
  }

  private static func result(of reply: JSONValue, _ method: String, isChecked: Bool = true) throws
    -> JSONValue
  {
    let keys = Set(reply.object?.keys ?? [])
    if let error = reply["error"] {
      guard keys == ["jsonrpc", "id", "error"] else { throw ContractBreach("stray keys: \(reply.text)") }
      throw try MethodContract.checkError(error, of: method)
    }
    guard keys == ["jsonrpc", "id", "result"], let result = reply["result"] else {
      throw ContractBreach("neither result nor error: \(reply.text)")
    }
    if isChecked { try MethodContract.checkResult(result, of: method) }
    return result
  }
}
