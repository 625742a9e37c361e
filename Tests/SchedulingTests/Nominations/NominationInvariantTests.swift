import Glibc
import Model
import Testing

/// Random small clusters in which victims take a while to stop.
@Suite struct NominationInvariantTests {
  /// More in the environment for a longer run: BERTH_CASES=20000.
  private static let caseCount = getenv("BERTH_CASES").flatMap { Int(String(cString: $0)) } ?? 600

  private func violation(_ smallCase: SmallCase) -> BrokenInvariant? {
    do {
      _ = try NominationModel.run(smallCase)
      return nil
    } catch {
      return error as? BrokenInvariant ?? BrokenInvariant(description: "\(error)")
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
      tally.merge(try NominationModel.run(.stopping(seed: seed)).tally, uniquingKeysWith: +)
    }
    let wanted = [
      "told to stop", "victim ended", "outranked", "nominated for what is coming", "nominee started",
      "nominee started elsewhere", "nomination withdrawn", "nominee cancelled",
    ]
    for kind in wanted { #expect(tally[kind, default: 0] >= 5, "\(kind) in \(tally)") }
  }

  @Test func `a nomination on what never stops is given up in time, and another node is cleared`() throws {
    var policy = Policy()
    policy.urgent = 90
    var model = try NominationModel(policy)
    var low = Asked(Resources(2000, 1000))
    low.priority = 10
    var high = low
    high.priority = 95
    for _ in 1...2 { try model.play(.addNode(Resources(2000, 2000), managed: false, zone: nil)) }
    for _ in 1...2 { try model.play(.arrive(low)) }
    try model.play(.arrive(high))
    let first = try #require(model.facts.deployments[DeploymentID(3)]?.phase.nomination?.nodeID)
    try model.play(.waitForEnd)
    let second = try #require(model.facts.deployments[DeploymentID(3)]?.phase.nomination?.nodeID)
    #expect(first != second && model.now - Rows.epoch < 120)
    #expect(model.tally["told to stop"] == 2)
  }
}
