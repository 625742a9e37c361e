import Services
import Testing

@Suite struct RateLimiterTests {
  private static let second: UInt64 = 1_000_000_000

  private func isRefused(_ name: String, _ limiter: RateLimiter, at seconds: UInt64) -> Bool {
    (try? limiter.check(name, now: seconds * Self.second)) == nil
  }

  @Test func `ten failures are allowed, then the name waits until a minute has passed since the first`() {
    var limiter = RateLimiter()
    for second in 0..<10 {
      #expect(!isRefused("ann", limiter, at: UInt64(second)))
      limiter.failed("ann", now: UInt64(second) * Self.second)
    }
    #expect(isRefused("ann", limiter, at: 9) && isRefused("ann", limiter, at: 59))
    #expect(!isRefused("ann", limiter, at: 60) && !isRefused("bob", limiter, at: 9))
    let error = #expect(throws: ServiceError.self) { try limiter.check("ann", now: 20 * Self.second) }
    guard case .rateLimited(41) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `who gets in has failed never`() {
    var limiter = RateLimiter()
    for _ in 0..<10 { limiter.failed("ann", now: 0) }
    limiter.succeeded("ann")
    #expect(!isRefused("ann", limiter, at: 1))
  }

  @Test func `when many names have failed, those whose minute is over are forgotten first`() {
    var limiter = RateLimiter()
    for number in 0..<9_999 { limiter.failed("name \(number)", now: 0) }
    for _ in 0..<10 { limiter.failed("ann", now: 50 * Self.second) }
    limiter.failed("bob", now: 60 * Self.second)
    #expect(isRefused("ann", limiter, at: 61))
  }
}
