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

  @Test func `the random small clusters reach what they are for`() throws {
    var tally: [String: Int] = [:]
    for seed in 0..<200 {
      tally.merge(try World.run(SmallCase(seed: seed), invariants: []).tally, uniquingKeysWith: +)
    }
    let wanted = [
      "start", "eviction of one", "eviction of several", "several devices", "higher priority first", "paused",
      "draining", "no_nodes", "insufficient_cpu", "insufficient_ram", "insufficient_gpu", "gpu_fragmented",
    ]
    for kind in wanted { #expect(tally[kind, default: 0] >= 5, "\(kind) in \(tally)") }
    #expect(Set(tally.keys) == Set(wanted))
  }
}
