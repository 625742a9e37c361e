import Glibc
import Model
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

  @Test func `a claim on what never stops is given up in time, and another node is cleared`() throws {
    var policy = Policy()
    policy.urgent = 90
    var world = try ClaimWorld(policy)
    var low = Asked(Resources(2000, 1000))
    low.priority = 10
    var high = low
    high.priority = 95
    for _ in 1...2 { try world.play(.addNode(Resources(2000, 2000), managed: false, zone: nil)) }
    for _ in 1...2 { try world.play(.arrive(low)) }
    try world.play(.arrive(high))
    let first = try #require(world.facts.deployments[DeploymentID(3)]?.phase.claim?.nodeID)
    try world.play(.waitForEnd)
    let second = try #require(world.facts.deployments[DeploymentID(3)]?.phase.claim?.nodeID)
    #expect(first != second && world.now - Rows.epoch < 120)
    #expect(world.tally["told to stop"] == 2)
  }
}
