import Glibc
import Testing

/// Random small clusters, every step held against an oracle that tries everything.
@Suite struct InvariantTests {
  /// More in the environment for a longer run: BERTH_SCHEDULING_CASES=100000.
  private static let caseCount = getenv("BERTH_SCHEDULING_CASES").flatMap { Int(String(cString: $0)) } ?? 1500

  private func violation(_ smallCase: SmallCase) -> Violation? {
    do {
      _ = try World.run(smallCase, invariants: Invariant.all)
      return nil
    } catch {
      return error as? Violation ?? Violation(description: "\(error)")
    }
  }

  @Test(arguments: 0..<4) func `every step of random small clusters keeps the invariants`(part: Int) {
    for seed in stride(from: part, to: Self.caseCount, by: 4) {
      let smallCase = SmallCase(seed: seed)
      guard violation(smallCase) != nil else { continue }
      let smallest = smallCase.shrunk { violation($0) != nil }
      Issue.record("seed \(seed): \(violation(smallest)?.description ?? "")\n\(smallest)")
      return
    }
  }
}
