import JSON
import POSIX
import Synchronization
import TestSupport
import Transport

/// A follower of every event in a process of its own, which is never killed.
final class Watcher: Sendable {
  private let seen = Mutex<[Int]>([])
  private let failure = Mutex<String?>(nil)
  private let types = [
    "deployment.created", "deployment.started", "deployment.preempted", "deployment.finished",
  ]

  init(in sandbox: Sandbox) throws {
    let settings = ServerProcess.Settings(.stdio)
    let (data, environment, log) = (sandbox.data, sandbox.environment, sandbox.path + "/watcher.log")
    _ = try BackgroundTask { [self] in
      do {
        let process = try ServerProcess(settings, data: data, environment: environment, log: log)
        try follow(try process.connect())
      } catch {
        failure.withLock { $0 = "\(error)" }
      }
    }
  }

  private func follow(_ client: CheckedClient) throws {
    try client.logIn("owner")
    try client.call("events.subscribe", ["after": 0, "types": .array(types.map(JSONValue.string))])
    while !isDone.withLock({ $0 }) {
      guard let event = try client.nextEvent(within: 0.2) else { continue }
      seen.withLock { $0.append(event.at("seq").int ?? 0) }
    }
  }

  private let isDone = Mutex(false)

  /// Waits until all is seen; throws when something was missed, came twice or out of order.
  func requireAll(of records: [JSONValue]) throws {
    let expected = records.filter { types.contains($0.at("type").string ?? "") }.compactMap {
      $0.at("seq").int
    }
    defer { isDone.withLock { $0 = true } }
    try eventually("the watcher's last event") {
      if let failure = failure.withLock({ $0 }) { throw ContractBreach("the watcher: \(failure)") }
      return seen.withLock { $0.last ?? 0 } >= expected.last ?? 0
    }
    let all = seen.withLock { $0 }
    // The journal may not go back to the first one.
    guard Array(all.drop { $0 < expected.first ?? 0 }) == expected, all == all.sorted() else {
      throw ContractBreach("the watcher saw \(all.count) events of \(expected.count)")
    }
  }
}
