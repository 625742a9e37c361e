import JSON
import POSIX
import TestSupport
import Transport

/// The connection of a worker of the torture: to the daemon, or at a stdio process of its own, which it also kills.
final class TortureClient {
  enum Place: Sendable {
    case daemon(socket: String)
    case own(ServerProcess.Settings, data: String, environment: [String: String], log: String)
  }

  /// A killed daemon is gone for as long as it takes to be started and to load; on a busy machine that is a while,
  /// and all who work here share one lock.
  private static let patienceSeconds = 2 * patience

  private let place: Place
  private let token: String
  private var client: CheckedClient?
  private var process: ServerProcess?
  private(set) var kills = 0
  private(set) var lostReplies = 0
  private(set) var unavailable = 0

  init(_ place: Place, token: String) {
    self.place = place
    self.token = token
  }

  /// The result, asked for again and again while the server dies before it answers. `kill`: see to that.
  ///
  /// To be safe to repeat, a change brings a request key.
  func call(_ method: String, _ params: JSONObject, kill mayKill: Bool = false) throws -> JSONValue {
    var mayKill = mayKill
    let deadline = SystemClock.monotonicNanoseconds() + Int(Self.patienceSeconds * 1e9)
    while SystemClock.monotonicNanoseconds() < deadline {
      do {
        let client = try connected()
        if mayKill, let process {
          mayKill = false
          _ = try client.send(method, params)
          // Before, while or after it is done: the reply is lost in any case.
          SystemClock.sleep(nanoseconds: Int.random(in: 0..<3_000_000))
          try process.kill()
          kills += 1
          throw LineClient.Failure.closed
        }
        return try client.call(method, params)
      } catch let refused as Refused where refused.code == 1050 {
        unavailable += 1
        SystemClock.sleep(nanoseconds: 5_000_000)
      } catch LineClient.Failure.closed {
        lostReplies += 1
        client = nil
      } catch LineClient.Failure.cannotConnect {
        SystemClock.sleep(nanoseconds: 2_000_000)
      }
    }
    throw ContractBreach(
      "\(method) was not answered within \(Self.patienceSeconds) s: \(unavailable) times 1050, \(lostReplies) lost replies"
    )
  }

  private func connected() throws -> CheckedClient {
    if let client { return client }
    let made: CheckedClient
    switch place {
    case .daemon(let socket):
      made = CheckedClient(try LineClient(connectingTo: socket, timeoutSeconds: patience), checkedOneIn: 16)
    case .own(let settings, let data, let environment, let log):
      if let process {
        if try process.process.poll() == nil { throw ContractBreach("it hung up alive: \(process.log)") }
        try process.restart()
      } else {
        process = try ServerProcess(settings, data: data, environment: environment, log: log)
      }
      guard let process else { throw ContractBreach("no process") }
      made = try process.connect(checkedOneIn: 16)
    }
    try made.call("auth.use_token", ["token": .string(token)])
    client = made
    return made
  }

  /// Ends its process, if it has one, as a host does: by the end of input.
  func leave() throws {
    client = nil
    guard let process, try process.process.poll() == nil else { return }
    process.closeStreams()
    guard try process.end() == .exited(code: 0) else {
      throw ContractBreach("it ended badly: \(process.log)")
    }
  }
}
