import Model
import TestSupport
import Testing

@testable import Scheduling

/// The chunked queue against a sorted array.
@Suite struct SortedQueueTests {
  private struct Sorted {
    var entries: [SortedQueue.Entry] = []

    mutating func insert(_ entry: SortedQueue.Entry) {
      entries.insert(entry, at: entries.firstIndex { entry.key < $0.key } ?? entries.count)
    }

    func first(fitting ladder: CapacityLadder, above floor: Int?, from key: OrderKey) -> DeploymentID? {
      entries.first { entry in
        guard entry.key >= key else { return false }
        guard floor.map({ entry.pending.priority > $0 }) ?? true else { return false }
        let freeCapacities =
          [ladder.base] + ladder.steps.filter { $0.above < entry.pending.priority }.map(\.freeCapacity)
        return freeCapacities.contains { $0.holds(entry.pending.demand) }
      }?.pending.id
    }
  }

  private func entry(_ id: Int, _ random: inout SeededRandom) -> SortedQueue.Entry {
    let demand = Resources(
      Int.random(in: 1...9, using: &random) * 500, Int.random(in: 1...9, using: &random) * 500,
      Int.random(in: 0...4, using: &random) * 500)
    let deployment = Rows.deployment(
      id, demand, priority: Int.random(in: 0...100, using: &random),
      createdAt: Rows.epoch + Double(Int.random(in: 0...5000, using: &random)))
    let pending = PendingDeployment(deployment)
    return (PriorityOrder(interval: random.pick([1, 60])).key(of: pending), pending)
  }

  private func freeCapacity(_ random: inout SeededRandom, atLeast least: Int = 0) -> FreeCapacity {
    func amount(_ random: inout SeededRandom) -> Thousandths {
      Thousandths(Int.random(in: least...(least + 3), using: &random) * 500)
    }
    return FreeCapacity(cpu: amount(&random), ram: amount(&random), gpu: amount(&random))
  }

  private func ladder(_ random: inout SeededRandom) -> CapacityLadder {
    var ladder = CapacityLadder(base: freeCapacity(&random))
    if random.chance(60) { ladder.append(above: 70, freeCapacity: freeCapacity(&random, atLeast: 3)) }
    if random.chance(60) { ladder.append(above: 90, freeCapacity: freeCapacity(&random, atLeast: 6)) }
    return ladder
  }

  @Test(arguments: [1, 2, 3]) func `it answers as a sorted array does`(seed: Int) {
    var random = SeededRandom(seed: seed)
    var queue = SortedQueue()
    var sorted = Sorted()
    for id in 1...6000 {
      // Grows to about a thousand, then shrinks to nothing.
      let growing = id < 2500
      if sorted.entries.isEmpty || random.chance(growing ? 70 : 30) {
        let entry = entry(id, &random)
        queue.insert(entry.pending, key: entry.key)
        sorted.insert(entry)
      } else {
        let place = random.chance(30) ? 0 : Int.random(in: sorted.entries.indices, using: &random)
        let entry = sorted.entries.remove(at: place)
        #expect(queue.remove(entry.key)?.id == entry.pending.id)
        #expect(queue.remove(entry.key) == nil)
      }
      guard id % 20 == 0 else { continue }
      compare(queue, sorted, &random)
    }
  }

  private func compare(_ queue: SortedQueue, _ sorted: Sorted, _ random: inout SeededRandom) {
    #expect(queue.count == sorted.entries.count)
    #expect(queue.map(\.key) == sorted.entries.map(\.key))
    #expect(queue.first?.key == sorted.entries.first?.key)
    #expect(queue.highestPriority == sorted.entries.map(\.pending.priority).max())
    #expect(queue.hasConsistentChunks)
    for _ in 0..<5 {
      let ladder = ladder(&random)
      let floor = random.chance(50) ? nil : Int.random(in: 0...100, using: &random)
      guard let place = sorted.entries.indices.randomElement(using: &random) else { continue }
      let key = sorted.entries[place].key
      for from in [OrderKey.lowest, key, key.next] {
        let found = queue.first(fitting: ladder, above: floor, from: from)
        #expect(found?.pending.id == sorted.first(fitting: ladder, above: floor, from: from))
      }
      #expect(queue.position(of: key) == place)
      #expect(queue[key]?.id == key.id)
      #expect(queue[key.next] == nil)
      let next = place + 1 < sorted.entries.count ? sorted.entries[place + 1].key : nil
      #expect(queue.first(from: key.next)?.key == next)
    }
  }

  @Test func `needs beyond the range of the scan are still compared exactly`() {
    let huge = Resources(3_000_000_000, 1000)
    var queue = SortedQueue()
    let pending = PendingDeployment(Rows.deployment(1, huge))
    queue.insert(pending, key: PriorityOrder().key(of: pending))
    var freeCapacity = FreeCapacity(empty: Resources(2_900_000_000, 1000))
    #expect(queue.first(fitting: CapacityLadder(base: freeCapacity)) == nil)
    freeCapacity.cpu = Thousandths(3_000_000_000)
    #expect(queue.first(fitting: CapacityLadder(base: freeCapacity))?.pending.id == DeploymentID(1))
  }

  @Test func `arrivals in order fill their chunks`() {
    var queue = SortedQueue()
    for id in 1...10_000 {
      let pending = PendingDeployment(Rows.deployment(id, Resources(1000, 1000)))
      queue.insert(pending, key: PriorityOrder().key(of: pending))
    }
    #expect(queue.chunks.count <= 10_000 / SortedQueue.chunkSize + 1)
  }
}

extension SortedQueue {
  /// What the minima promise, looked at slowly.
  fileprivate var hasConsistentChunks: Bool {
    chunks.count == minima.count
      && chunks.allSatisfy { !$0.slots.isEmpty && $0.slots.count <= Self.chunkSize }
      && zip(chunks, minima).allSatisfy { $0.minimum.lanes == $1.lanes }
  }
}
