import API
import CLI
import JSON
import POSIX
import RPC
import Services
import Storage

/// A server in this process, for one command, where no daemon answers.
final class LocalClient: CLI.Client {
  private let store: Store<PlanningState>
  private let server: Server
  private let peer = PeerID(rawValue: 1)
  private let credentials: Credentials
  private var arrived: [[UInt8]] = []
  private var lastID = 0

  /// `create`: makes the directory when it is not there.
  init(_ directory: String, token: String?, create: Bool) throws(CallFailure) {
    do {
      store = try LocalStore.open(directory, create: create)
      server = try Server(store, dataDirectory: directory)
    } catch {
      throw .unreachable("\(error)")
    }
    credentials = Credentials(token: token)
    server.connected(peer)
  }

  deinit { store.close() }

  func call(_ method: String, _ params: JSONObject) throws(CallFailure) -> JSONValue {
    let id = send(method, params)
    while true {
      if let place = arrived.firstIndex(where: { (try? JSONParser.parse($0))?["id"] == id }) {
        return try Response.result(of: arrived.remove(at: place))
      }
      try wait()
    }
  }

  func call(
    _ method: String, _ params: JSONObject, hearing notification: String, _ heard: (JSONObject) -> Bool
  ) throws(CallFailure) -> JSONValue? {
    let id = send(method, params)
    while true {
      while arrived.isEmpty { try wait() }
      let bytes = arrived.removeFirst()
      if let params = Response.params(of: bytes, notification: notification) {
        guard heard(params) else { return nil }
      } else if (try? JSONParser.parse(bytes))?["id"] == id {
        return try Response.result(of: bytes)
      }
    }
  }

  func nextNotification(_ name: String) throws(CallFailure) -> JSONObject? {
    while true {
      while arrived.isEmpty { try wait() }
      if let params = Response.params(of: arrived.removeFirst(), notification: name) { return params }
    }
  }

  private func send(_ method: String, _ params: JSONObject) -> JSONValue {
    lastID += 1
    let id = JSONValue.int(lastID)
    turn([.message(peer, Reply.request(method, params: credentials.added(to: params, of: method), id: id))])
    return id
  }

  private func turn(_ arrivals: [Arrival]) {
    var outbox = Outbox()
    server.turn(arrivals, into: &outbox)
    server.rest()
    for case .message(_, let bytes) in outbox.entries { arrived.append(bytes) }
  }

  private func wait() throws(CallFailure) {
    let now = UInt64(SystemClock.monotonicNanoseconds())
    let pause = server.nextTurn.map { Int(($0 > now ? $0 - now : 0) / 1_000_000) + 1 }
    do throws(Errno) {
      try ThisProcess.waitReadable(server.wakeDescriptors, milliseconds: pause)
    } catch {
      throw .unreachable("\(error)")
    }
    server.wakened()
    turn([])
  }
}

/// The reading of what a server sent.
enum Response {
  static func result(of bytes: [UInt8]) throws(CallFailure) -> JSONValue {
    guard let reply = try? JSONParser.parse(bytes) else {
      throw .unreachable("The server did not send JSON.")
    }
    if let refusal = reply["error"].flatMap(CallRefusal.init) { throw .refused(refusal) }
    return reply["result"] ?? .null
  }

  static func params(of bytes: [UInt8], notification name: String) -> JSONObject? {
    guard let message = try? JSONParser.parse(bytes), message["method"]?.string == name else { return nil }
    return message["params"]?.object
  }
}
