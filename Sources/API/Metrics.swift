import JSON

/// The work of this process since it started: counters, and how long its methods took.
final class Metrics {
  /// A counter, by its place in `counters`.
  enum Counter: Int {
    case turns, transactions, requests, notifications, refusedRequests, unavailable, connections

    /// In the same order.
    static let names = [
      "turns", "transactions", "requests", "notifications", "refused_requests", "unavailable", "connections",
    ]
  }

  private let startedAt: UInt64
  private var counters = [Int](repeating: 0, count: Counter.names.count)
  private var methods: [ObjectIdentifier: Latencies] = [:]

  init(now: UInt64) { startedAt = now }

  func count(_ counter: Counter, _ amount: Int = 1) {
    counters[counter.rawValue] += amount
  }

  /// `nanoseconds` from a request's arrival to its reply.
  func answered(_ method: Method, nanoseconds: UInt64, refused: Bool) {
    methods[ObjectIdentifier(method), default: Latencies(method: method.name)].add(
      nanoseconds, refused: refused)
  }

  func object(now: UInt64) -> JSONObject {
    let counts = zip(Counter.names, counters).map { ($0, JSONValue.int($1)) }
    let rows = methods.values.sorted { $0.method < $1.method }.map(\.object)
    return [
      "uptime": .seconds(Double(now - startedAt) / 1e9),
      "counters": .object(JSONObject(counts)),
      "methods": .array(rows),
    ]
  }
}

/// A histogram whose buckets grow by an eighth of a power of two: quantiles within about 10 %.
private struct Latencies {
  let method: String
  private var calls = 0
  private var refused = 0
  private var longest: UInt64 = 0
  private var buckets = [Int](repeating: 0, count: 64 * 8)

  init(method: String) { self.method = method }

  mutating func add(_ nanoseconds: UInt64, refused isRefused: Bool) {
    calls += 1
    if isRefused { refused += 1 }
    longest = max(longest, nanoseconds)
    buckets[Self.bucket(nanoseconds)] += 1
  }

  private static func bucket(_ nanoseconds: UInt64) -> Int {
    let value = max(8, nanoseconds)
    let power = 63 - value.leadingZeroBitCount
    return power * 8 + Int(value >> (power - 3) & 7)
  }

  private static func upperBound(_ bucket: Int) -> Double {
    Double(8 + bucket % 8 + 1) * Double(sign: .plus, exponent: bucket / 8 - 3, significand: 1)
  }

  /// Seconds that `share` of the calls took at most.
  private func quantile(_ share: Double) -> JSONValue {
    let wanted = max(1, Int((share * Double(calls)).rounded(.up)))
    var seen = 0
    for (bucket, count) in buckets.enumerated() {
      seen += count
      if seen >= wanted { return .seconds(min(Self.upperBound(bucket), Double(longest)) / 1e9) }
    }
    return .null
  }

  var object: JSONValue {
    [
      "method": .string(method), "calls": .int(calls), "errors": .int(refused), "p50": quantile(0.5),
      "p90": quantile(0.9), "p99": quantile(0.99), "max": .seconds(Double(longest) / 1e9),
    ]
  }
}
