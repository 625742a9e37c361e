import Glibc
import Testing

/// Random small clusters in which victims take a while to stop.
@Suite struct ClaimInvariantTests {
  /// More in the environment for a longer run: BERTH_CASES=20000.
  private static let caseCount = getenv("BERTH_CASES").flatMap { Int(String(cString: $0)) } ?? 600

  private func violation(_ smallCase: SmallCase) -> Violation? {
    do {
      _ = try ClaimWorld.run(smallCase)
      return nil
    } catch {
      return error as? Violation ?? Violation(description: "\(error)")
    }
  }

  private func hold(_ seed: Int, _ smallCase: SmallCase) -> Bool {
    guard violation(smallCase) != nil else { return true }
    let smallest = smallCase.shrunk { violation($0) != nil }
    Issue.record("seed \(seed): \(violation(smallest)?.description ?? "")\n\(smallest)")
    return false
  }

  @Test(arguments: 0..<4) func `nobody takes what victims free, and nobody is evicted in vain`(part: Int) {
    _ = stride(from: part, to: Self.caseCount, by: 4).allSatisfy {
      hold($0, .stopping(seed: $0)) && hold($0, SmallCase(seed: $0))
    }
  }

  @Test func `the random small clusters reach what they are for`() throws {
    var tally: [String: Int] = [:]
    for seed in 0..<300 {
      tally.merge(try ClaimWorld.run(.stopping(seed: seed)).tally, uniquingKeysWith: +)
    }
    let wanted = [
      "told to stop", "victim ended", "outranked", "claim of what is coming", "claimant started",
      "claimant started elsewhere", "claim withdrawn", "claimant cancelled",
    ]
    for kind in wanted { #expect(tally[kind, default: 0] >= 5, "\(kind) in \(tally)") }
  }
}
