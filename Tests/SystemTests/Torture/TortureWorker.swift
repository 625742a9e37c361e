import JSON
import POSIX
import TestSupport

/// Somebody who creates, changes, ends and looks, on and on, and believes nothing but what was acknowledged.
struct TortureWorker: Sendable {
  let number: Int
  let place: TortureClient.Place
  let token: String
  let seed: UInt64
  /// Monotonic nanoseconds.
  let until: Int
  let board: NoticeBoard
  /// The cluster's nodes as they were made.
  let nodes: [JSONValue]

  /// At most so many of its own are not over.
  private static let liveLimit = 8

  func run() -> Result<TortureLedger, ContractBreach> {
    var shift = Shift(
      worker: self, tortureClient: TortureClient(place, token: token), random: SeededRandom(seed: seed))
    do {
      while SystemClock.monotonicNanoseconds() < until { try shift.act() }
      try shift.tortureClient.leave()
    } catch {
      return .failure(ContractBreach("worker \(number): \(error)"))
    }
    shift.ledger.kills = shift.tortureClient.kills
    shift.ledger.lostReplies = shift.tortureClient.lostReplies
    shift.ledger.unavailable = shift.tortureClient.unavailable
    return .success(shift.ledger)
  }

  /// A worker at work.
  private struct Shift {
    let worker: TortureWorker
    let tortureClient: TortureClient
    var random: SeededRandom
    var ledger = TortureLedger()
    /// Places in the ledger.
    var live: [Int] = []
    var requests = 0

    mutating func act() throws {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<35: try live.count < TortureWorker.liveLimit ? create() : end()
      case 35..<60: try end()
      case 60..<67: try reprioritize()
      case 67..<82: try lookAtOwn()
      case 82..<90: try lookForLatest()
      default: try lookAtAll()
      }
    }

    private mutating func write(_ method: String, _ params: JSONObject) throws -> JSONValue {
      requests += 1
      let key = JSONValue.string("w\(worker.number)-\(requests)")
      let result = try tortureClient.call(method, params.adding("request_key", key), kill: random.oneIn(150))
      ledger.writes += 1
      return result.at("deployment")
    }

    private mutating func read(_ method: String, _ params: JSONObject) throws -> JSONValue {
      ledger.reads += 1
      return try tortureClient.call(method, params)
    }

    private mutating func create() throws {
      let name = "w\(worker.number)-\(ledger.entries.count)"
      let priority = Int.random(in: 0...100, using: &random)
      let gpu: Double = [0.0, 0.25, 0.5, 1.0].randomElement(using: &random) ?? 0
      let made = try write(
        "deployments.create",
        CheckedClient.request(name, gpu: JSONValue(floatLiteral: gpu), ["priority": .int(priority)]))
      let entry = TortureLedger.Entry(id: made.at("id").int ?? 0, name: name, priority: priority)
      if let difference = entry.difference(from: made) { throw ContractBreach(difference) }
      live.append(ledger.entries.count)
      ledger.entries.append(entry)
      worker.board.post(entry)
    }

    private mutating func end() throws {
      guard let place = live.randomElement(using: &random) else { return }
      let id = JSONValue.int(ledger.entries[place].id)
      let message = "m\(requests)"
      do {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
          _ = try write("deployments.cancel", ["deployment_id": id])
          ledger.entries[place].end = ("cancelled", nil)
        case 1:
          _ = try write("deployments.fail", ["deployment_id": id, "message": .string(message)])
          ledger.entries[place].end = ("failed", message)
        default:
          _ = try write("deployments.complete", ["deployment_id": id, "message": .string(message)])
          ledger.entries[place].end = ("completed", message)
        }
      } catch let refused as Refused where refused.code == 1009 && refused.data["status"] == "pending" {
        return
      }
      live.removeAll { $0 == place }
    }

    private mutating func reprioritize() throws {
      guard let place = live.randomElement(using: &random) else { return }
      let priority = Int.random(in: 0...100, using: &random)
      let id = JSONValue.int(ledger.entries[place].id)
      _ = try write("deployments.update", ["deployment_id": id, "priority": .int(priority)])
      ledger.entries[place].priority = priority
    }

    private mutating func lookAtOwn() throws {
      guard let entry = ledger.entries.randomElement(using: &random) else { return }
      let row = try read("deployments.get", ["deployment_id": .int(entry.id)]).at("deployment")
      if let difference = entry.difference(from: row) { throw ContractBreach(difference) }
    }

    /// Acknowledged to somebody else, in another process as a rule, before this read begins.
    private mutating func lookForLatest() throws {
      guard let entry = worker.board.latest else { return }
      let row = try read("deployments.get", ["deployment_id": .int(entry.id)]).at("deployment")
      guard row.at("name") == .string(entry.name) else { throw ContractBreach("another \(entry.name)") }
    }

    private mutating func lookAtAll() throws {
      let listed = try read("deployments.list_all", ["status": "running", "limit": 10000]).at("deployments")
      let rows = listed.array ?? []
      for node in worker.nodes {
        let here = rows.filter { $0.at("node", "id") == node.at("id") }
        try CheckedClient.requireSingleUse(of: node, by: here)
        for resource in ["cpu", "ram"] {
          let used = here.reduce(0) { $0 + $1.at("required_" + resource).thousandths }
          guard used <= node.at(resource).thousandths else { throw ContractBreach("too much \(resource)") }
        }
      }
    }
  }
}
