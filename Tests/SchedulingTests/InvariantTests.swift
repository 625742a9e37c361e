import Glibc
import Testing

/// Random small clusters, every step held against an oracle that tries everything.
@Suite struct InvariantTests {
  /// More in the environment for a longer run: BERTH_CASES=20000.
  private static let caseCount = getenv("BERTH_CASES").flatMap { Int(String(cString: $0)) } ?? 400

  private func violation(_ smallCase: SmallCase, _ invariants: [Invariant]) -> BrokenInvariant? {
    do {
      _ = try ModelCluster.run(smallCase, invariants: invariants)
      return nil
    } catch {
      return error as? BrokenInvariant ?? BrokenInvariant(description: "\(error)")
    }
  }

  private func hold(_ seed: Int, _ smallCase: SmallCase, _ invariants: [Invariant] = Invariant.all) -> Bool {
    guard violation(smallCase, invariants) != nil else { return true }
    let smallest = smallCase.shrunk { violation($0, invariants) != nil }
    Issue.record("seed \(seed): \(violation(smallest, invariants)?.description ?? "")\n\(smallest)")
    return false
  }

  @Test func `on a crowded node the victims lose the least of all sets of victims`() {
    _ = (0..<24).allSatisfy { hold($0, .crowded(seed: $0, small: 8)) }
  }

  @Test func `more victims than are searched exactly are still none too many`() {
    let affordable = [Invariant.capacity, .workConservation, .fairVictims, .noUselessEviction, .returns]
    _ = (0..<4).allSatisfy { hold($0, .crowded(seed: $0, small: 40), affordable) }
    _ = hold(6, .crowded(seed: 6, small: 100), affordable)
  }

  @Test func `a deployment that has to give way again and again does so no oftener than the budget says`()
    throws
  {
    _ = (0..<40).allSatisfy { hold($0, .thrashing(seed: $0)) }
    let evictions = try (0..<40).map { seed in
      try ModelCluster.run(.thrashing(seed: seed), invariants: []).tally["eviction of one", default: 0]
    }
    #expect(evictions.contains(0) && evictions.contains { $0 >= 4 }, "\(evictions)")
  }

  @Test(arguments: 0..<4) func `every step of random small clusters keeps the invariants`(part: Int) {
    _ = stride(from: part, to: Self.caseCount, by: 4).allSatisfy { hold($0, SmallCase(seed: $0)) }
  }

  @Test func `the random small clusters reach what they are for`() throws {
    var tally: [String: Int] = [:]
    for seed in 0..<300 {
      tally.merge(try ModelCluster.run(SmallCase(seed: seed), invariants: []).tally, uniquingKeysWith: +)
    }
    let wanted = [
      "start", "eviction of one", "eviction of several", "several devices", "start past one who fits",
      "blocked", "blocked plan", "eviction for a due head",
      "reservation", "pin", "slots", "slots and pin", "over the limit", "paused", "draining", "no_nodes",
      "reserved_for", "insufficient_cpu", "insufficient_ram", "insufficient_gpu", "gpu_fragmented",
    ]
    for kind in wanted { #expect(tally[kind, default: 0] >= 5, "\(kind) in \(tally)") }
    #expect(Set(tally.keys) == Set(wanted), "\(tally)")
  }
}
