import Model
import Testing

/// A deployment that fits the empty cluster starts in time, whatever else comes.
///
/// The bound, in seconds, with L the length of what comes:
/// 1. For W seconds newer ones may still be put before it: the interval times the difference in priority; the cap of
///    `stretch`; nothing under `fifo`; as `priority` under `fair`, where no other user has less.
/// 2. Each of the N that stand before it then, or ran when it came, runs for L, and again after each of B preemptions.
/// 3. Now it is the head. With known ends it has a reservation that nobody delays, and at most L ahead. Without, it pins
///    a node once it is due; in the first epoch of L or more, which begins within max_skip + 2 L, that node comes free.
/// 4. Until it is due, an urgent one may take its place where it would be evicted at once: L more.
///
/// So it waits at most W + N·(B + 1)·L + max_skip + 4 L. Not promised: `shortest`, by its nature; `fair` to a
/// user who has more running than others; and a `max_skip` of 0 against higher priorities.
@Suite struct StarvationTests {
  private static let length = 50.0
  private static let nodes = [Resources(4000, 4000), Resources(4000, 4000)]
  private static let large = Stream(every: 0, lasts: 10, demand: Resources(4000, 1000), priority: 10, user: 9)

  enum Work: CaseIterable {
    case small
    case urgent
    case both
  }

  private func policy(_ order: Policy.Order, _ backfill: Policy.Backfill, preempts: Bool, shortest: Bool)
    -> Policy
  {
    var policy = Policy()
    policy.order = order
    policy.backfill = backfill
    policy.depth = 3
    policy.preempts = preempts
    policy.passesShortestFirst = shortest
    policy.interval = 1
    policy.cap = 60
    policy.maxSkip = 120
    policy.budget = 2
    return policy
  }

  /// More than the cluster has room for.
  private func streams(_ work: Work, hasLengths: Bool) -> [Stream] {
    let known = hasLengths ? Self.length : nil
    let small = Stream(
      every: 5, lasts: Self.length, demand: Resources(1000, 500), priority: 10, maxDuration: known, user: 1)
    let urgent = Stream(
      every: 5.5, lasts: Self.length, demand: Resources(1000, 500), priority: 90, maxDuration: known, user: 2)
    switch work {
    case .small: return [small]
    case .urgent: return [urgent]
    case .both:
      return [small, urgent].map { stream in
        var half = stream
        half.every *= 2
        return half
      }
    }
  }

  private func bound(_ policy: Policy, _ streams: [Stream], live: Int) -> Double {
    let window: Double
    switch policy.order {
    case .priority, .fair:
      window = Double(policy.interval * (streams.map(\.priority).max()! - Self.large.priority))
    case .stretch: window = Double(policy.cap)
    case .fifo, .shortest: window = 0
    }
    let newer = streams.reduce(0) { $0 + window / $1.every }
    let runs = policy.preempts ? Double(policy.budget + 1) : 1
    return window + (Double(live) + newer) * runs * Self.length + Double(policy.maxSkip)
      + 4 * Self.length
  }

  private func expectStart(_ policy: Policy, _ work: Work, hasLengths: Bool) throws {
    let streams = streams(work, hasLengths: hasLengths)
    var cluster = try CrowdedCluster(policy, nodes: Self.nodes, streams: streams)
    cluster.run(for: 150)
    var large = Self.large
    if hasLengths { large.maxDuration = large.lasts }
    let bound = bound(policy, streams, live: cluster.liveCount)
    let wait = cluster.wait(of: large, within: bound)
    #expect(wait != nil, "\(policy), \(work), lengths \(hasLengths): not within \(bound) s")
  }

  @Test(arguments: [Policy.Order.priority, .fifo, .stretch, .fair], Policy.Backfill.allCases)
  func `nothing starves under streams of small and of urgent work`(
    order: Policy.Order, backfill: Policy.Backfill
  ) throws {
    for work in Work.allCases {
      for flags in 0..<8 {
        let policy = policy(order, backfill, preempts: flags & 1 > 0, shortest: flags & 2 > 0)
        try expectStart(policy, work, hasLengths: flags & 4 > 0)
      }
    }
  }

  /// The same cluster and streams, and no bound: what the tests above would see if nothing was kept for anybody.
  @Test func `without a pin the large one would starve`() throws {
    var policy = policy(.fifo, .easy, preempts: false, shortest: false)
    policy.maxSkip = 1_000_000
    var cluster = try CrowdedCluster(policy, nodes: Self.nodes, streams: streams(.small, hasLengths: false))
    cluster.run(for: 150)
    #expect(cluster.wait(of: Self.large, within: 3000) == nil)
  }
}
