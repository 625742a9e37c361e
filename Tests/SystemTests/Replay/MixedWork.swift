import JSON
import TestSupport

/// Mutating calls of every kind, drawn by a seed and made through a real server under request keys.
struct MixedWork {
  private let fixture: Fixture
  private var random: SeededRandom
  private var latest = 0
  /// Not over, as far as is known.
  private var live: [Int] = []
  private var nodes: [Int] = [1, 2, 3]
  private var named = 0
  /// Calls that were answered, and that were refused.
  private(set) var done = 0
  private(set) var refused = 0

  init(_ fixture: Fixture, seed: UInt64) throws {
    self.fixture = fixture
    random = SeededRandom(seed: seed)
    try fixture.alice.call(
      "clusters.create",
      [
        "name": "farm",
        "nodes": [
          ["name": "a", "cpu": 8, "ram": 16, "gpu": 2, "labels": ["gpu": "A100"]],
          ["name": "b", "cpu": 4, "ram": 8, "gpu": 1, "labels": ["gpu": "V100"]],
        ],
      ])
  }

  mutating func make(_ count: Int) throws {
    while done < count {
      let (client, method, params) = draw()
      do {
        let keyed = params.adding("request_key", .string("key-\(done)-\(refused)"))
        let result = try client.call(method, keyed)
        done += 1
        note(method, params, result)
      } catch let refusal as Refused {
        refused += 1
        note(method, params, refusal)
      }
    }
  }

  private mutating func note(_ method: String, _ params: JSONObject, _ result: JSONValue) {
    switch method {
    case "deployments.create":
      latest = result.id(of: "deployment")
      live.append(latest)
    case "deployments.complete", "deployments.cancel": live.removeAll { $0 == params["deployment_id"]?.int }
    case "nodes.add": nodes.append(result.id(of: "node"))
    case "nodes.remove": nodes.removeAll { $0 == result.id(of: "node") }
    default: break
    }
  }

  private mutating func note(_ method: String, _ params: JSONObject, _ refusal: Refused) {
    guard ["completed", "failed", "cancelled"].contains(refusal.data["status"]?.string) else { return }
    live.removeAll { $0 == params["deployment_id"]?.int }
  }

  // MARK: - What is drawn

  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  private mutating func pick<T>(_ choices: [T]) -> T { choices[number(0...choices.count - 1)] }

  /// One that is probably not over, or the latest.
  private mutating func deployment(_ more: JSONObject = [:]) -> JSONObject {
    more.adding("deployment_id", .int(live.isEmpty ? max(1, latest) : pick(live)))
  }

  /// So many wait at most, so that each is looked at again and again.
  private static let clients = 60

  private mutating func draw() -> (CheckedClient, String, JSONObject) {
    let client = random.oneIn(3) ? fixture.alice : fixture.bob
    switch number(live.count > Self.clients ? 40...99 : 0...99) {
    case 0..<45: return (client, "deployments.create", request())
    case 45..<65: return (fixture.alice, "deployments.complete", deployment())
    case 65..<72: return (fixture.alice, "deployments.fail", deployment(["exit_code": 1]))
    case 72..<79: return (fixture.alice, "deployments.cancel", deployment())
    case 79..<83:
      return (fixture.alice, "deployments.update", deployment(["priority": .int(number(0...100))]))
    case 83..<87: return (fixture.alice, "deployments.checkpoint", deployment(["reference": "/c"]))
    case 87..<92: return (fixture.alice, "nodes.update", node())
    case 92..<94: return (fixture.alice, "nodes.add", newNode())
    case 94..<95: return (fixture.alice, "nodes.remove", ["node_id": .int(pick(nodes))])
    case 95..<98: return (fixture.alice, "clusters.update", cluster())
    default: return (fixture.alice, "organizations.update", ["limits": .object(limits())])
    }
  }

  private mutating func request() -> JSONObject {
    var request: JSONObject = [
      "name": "job", "image_path": "/srv/job", "cluster_id": .int(number(1...2)),
      "required_cpu": .int(number(0...4)), "required_ram": .int(number(1...6)),
      "required_gpu": pick([0, 0, 0.25, 0.5, 1, 1, 1.5, 2]), "priority": .int(number(0...100)),
    ]
    if random.oneIn(3) { request["max_duration"] = pick([0.02, 0.1, 0.5, 30]) }
    if random.oneIn(6) { request["min_runtime"] = pick([0.02, 0.2, 5]) }
    if random.oneIn(8) { request["preemptible"] = false }
    if random.oneIn(8) { request["retries"] = 2 }
    if random.oneIn(10) { request["where"] = ["gpu": pick([["A100"], ["A100", "V100"]])] }
    if random.oneIn(8), latest > 0 {
      request["depends_on"] = [.int(max(1, latest - number(0...5)))]
    }
    return request
  }

  private mutating func node() -> JSONObject {
    var change: JSONObject = ["node_id": .int(pick(nodes))]
    switch number(0...2) {
    case 0: change["drain"] = .bool(random.oneIn(3))
    case 1: change["cpu"] = .int(number(4...10))
    default: change["labels"] = ["gpu": pick(["A100", "V100", "H100"])]
    }
    return change
  }

  private mutating func newNode() -> JSONObject {
    named += 1
    return [
      "cluster_id": .int(number(1...2)), "name": .string("n\(named)"), "cpu": 4, "ram": 8,
      "gpu": .int(number(0...2)),
    ]
  }

  private mutating func cluster() -> JSONObject {
    let strategies: [JSONValue] = [
      "priority", "fifo", "backfill", "fair", "packing", ["order": "shortest", "backfill": "conservative"],
      ["max_skip": 1, "preemptions_per_hour": 2], "priority",
    ]
    let id: JSONObject = ["cluster_id": .int(number(1...2))]
    return random.oneIn(4)
      ? id.adding("paused", .bool(random.oneIn(3))) : id.adding("strategy", pick(strategies))
  }

  private mutating func limits() -> JSONObject {
    switch number(0...3) {
    case 0: ["user_gpu": pick([2, 3, nil])]
    case 1: ["user_cpu": pick([10, 16, nil])]
    case 2: ["user_pending": pick([300, nil])]
    default: ["member_priority": pick([60, nil])]
    }
  }
}
