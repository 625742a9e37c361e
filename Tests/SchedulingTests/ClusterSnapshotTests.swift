import Model
import Testing

@testable import Scheduling

@Suite struct ClusterSnapshotTests {
  @Test func `used and capacity are sums that follow every change`() {
    var cluster = Driven(Resources(4000, 4000, 1000), Resources(2000, 2000))
    #expect(cluster.snapshot.capacity == Resources(6000, 6000, 1000))
    cluster.arrive(Resources(1000, 500, 500))
    cluster.arrive(Resources(2000, 2000))
    #expect(cluster.snapshot.used == Resources(3000, 2500, 500))
    #expect(cluster.snapshot[NodeID(1)]?.used == Resources(1000, 500, 500))
    #expect(cluster.snapshot.runningCount == 2)
    cluster.end(1)
    #expect(cluster.snapshot.used == Resources(2000, 2000, 0))
    #expect(cluster.snapshot[NodeID(9)] == nil)
  }

  @Test func `an arrival is all that is new, and a settled snapshot has none`() {
    var cluster = Driven(Resources(1000, 1000))
    #expect(!cluster.snapshot.queue.hasUntried)
    cluster.arrive(Resources(1000, 1000))
    #expect(!cluster.snapshot.queue.hasUntried)
    var snapshot = cluster.snapshot
    snapshot.change(from: nil, to: Rows.deployment(2, Resources(1000, 1000)))
    #expect(snapshot.queue.partitions.map(\.untried.count) == [1])
    #expect(snapshot.queue.partitions.allSatisfy { $0.untriedFrom == nil })
    #expect(snapshot.dirty.released.isEmpty)
  }

  @Test func `another order sorts the queue anew and tries everything`() {
    var cluster = Driven(Resources(1000, 1000))
    cluster.arrive(Resources(1000, 1000), priority: 100)
    let low = cluster.arrive(Resources(1000, 1000), priority: 10)
    cluster.wait(60)
    let high = cluster.arrive(Resources(1000, 1000), priority: 11)
    var snapshot = cluster.snapshot
    #expect(snapshot.queue.map(\.pending.id.rawValue) == [high, low])
    snapshot.use(QueueRules(order: PriorityOrder(interval: 1)))
    #expect(snapshot.queue.map(\.pending.id.rawValue) == [low, high])
    #expect(snapshot.queue.partitions.allSatisfy { $0.untriedFrom != nil })
  }

  @Test func `the same input gives the same plans in every run`() throws {
    for seed in 0..<40 {
      let first = try ModelCluster.run(SmallCase(seed: seed), invariants: [])
      let second = try ModelCluster.run(SmallCase(seed: seed), invariants: [])
      #expect(first.plans.map(\.starts) == second.plans.map(\.starts))
      #expect(first.plans.map(\.preemptions) == second.plans.map(\.preemptions))
      #expect(SnapshotDigest(first.snapshot) == SnapshotDigest(second.snapshot))
    }
  }
}
