import CLI
import JSON
import POSIX
import RPC
import Transport

/// A daemon at the other end of a socket.
final class SocketClient: CLI.Client {
  private let client: LineClient
  private let credentials: Credentials
  private var arrived: [[UInt8]] = []
  private var lastID = 0

  /// Seconds for an answer that does not wait for anything.
  static let patience = 600.0

  init(_ client: LineClient, token: String?) {
    self.client = client
    credentials = Credentials(token: token)
  }

  func call(_ method: String, _ params: JSONObject) throws(CallFailure) -> JSONValue {
    let id = try send(method, params)
    // A call that waits is answered when its time is over, and no earlier has it failed.
    let seconds = Self.patience + (params["wait_seconds"]?.number?.double ?? 0)
    while true {
      let bytes = try receive(within: seconds)
      if (try? JSONParser.parse(bytes))?["id"] == id { return try Response.result(of: bytes) }
      arrived.append(bytes)
    }
  }

  func call(
    _ method: String, _ params: JSONObject, hearing notification: String, _ heard: (JSONObject) -> Bool
  ) throws(CallFailure) -> JSONValue? {
    let id = try send(method, params)
    while true {
      let bytes = try receive(within: .infinity)
      if let params = Response.params(of: bytes, notification: notification) {
        guard heard(params) else { return nil }
      } else if (try? JSONParser.parse(bytes))?["id"] == id {
        return try Response.result(of: bytes)
      }
    }
  }

  private func send(_ method: String, _ params: JSONObject) throws(CallFailure) -> JSONValue {
    lastID += 1
    let id = JSONValue.int(lastID)
    do throws(LineClient.Failure) {
      try client.send(Reply.request(method, params: credentials.added(to: params, of: method), id: id))
    } catch {
      throw .unreachable("\(error)")
    }
    return id
  }

  func nextNotification(_ name: String) throws(CallFailure) -> JSONObject? {
    while true {
      let bytes = arrived.isEmpty ? try receive(within: .infinity) : arrived.removeFirst()
      if let params = Response.params(of: bytes, notification: name) { return params }
    }
  }

  private func receive(within seconds: Double) throws(CallFailure) -> [UInt8] {
    do throws(LineClient.Failure) {
      return try client.receive(within: seconds)
    } catch {
      throw .unreachable("\(error)")
    }
  }
}
