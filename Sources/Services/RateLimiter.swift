/// A brake on guessing: so many failures a minute for each name, then a wait. Kept by each process for itself.
package struct RateLimiter: Sendable {
  package static let failuresAllowed = 10
  package static let windowSeconds: UInt64 = 60
  /// Names remembered at once; beyond it the oldest are forgotten, so that memory is bounded.
  private static let nameLimit = 10_000

  private var failures: [String: (count: Int, since: UInt64)] = [:]

  package init() {}

  /// Throws `rateLimited` while the name has failed too often. `now` is monotonic nanoseconds.
  package func check(_ name: String, now: UInt64) throws(ServiceError) {
    guard let entry = failures[name], entry.count >= Self.failuresAllowed else { return }
    let end = entry.since + Self.windowSeconds * 1_000_000_000
    guard now < end else { return }
    throw .rateLimited(retryAfterSeconds: Int((end - now) / 1_000_000_000) + 1)
  }

  package mutating func failed(_ name: String, now: UInt64) {
    if let entry = failures[name], now < entry.since + Self.windowSeconds * 1_000_000_000 {
      failures[name] = (entry.count + 1, entry.since)
      return
    }
    if failures.count >= Self.nameLimit {
      failures = failures.filter { now < $0.value.since + Self.windowSeconds * 1_000_000_000 }
      if failures.count >= Self.nameLimit { failures = [:] }
    }
    failures[name] = (1, now)
  }

  package mutating func succeeded(_ name: String) { failures[name] = nil }
}
