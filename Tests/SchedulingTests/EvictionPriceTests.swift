import Model
import Testing

@testable import Scheduling

@Suite struct EvictionPriceTests {
  private static let whole = Resources(8000, 8000)

  private func window(worth: Int, startedAfter seconds: Double) -> (WorthWindow, start: Timestamp) {
    let start = Rows.epoch + seconds
    let row = Rows.node(1, Self.whole)
    var node = NodeOccupancy(row)
    let victim = Rows.deployment(2, Self.whole, priority: 10).started(on: row, [], at: start)
    let rules = QueueRules(order: PriorityOrder())
    node.add(Allocation(victim, victim.phase.liveAttempt!, rules), now: start)
    let pending = PendingDeployment(Rows.deployment(1, Self.whole, priority: 50))
    let price = EvictionPrice(pending, worth: worth, SizeWeights(Self.whole))
    return (price.window(on: node), start)
  }

  @Test func `a victim as large as who waits is worth it while it has run a quarter as long`() {
    let (window, start) = window(worth: 25, startedAfter: 3000)
    // Sizes are whole numbers, so that a few milliseconds are lost.
    let (last, next) = (Rows.epoch + 3999.9, Rows.epoch + 4000.1)
    #expect(window.contains(start.milliseconds) && window.contains(last.milliseconds))
    #expect(!window.contains(next.milliseconds))
  }

  @Test func `a worth below the loss of decades is no more than can be counted`() {
    let (window, start) = window(worth: 80, startedAfter: 1_000_000_000)
    #expect(window.contains(start.milliseconds) && window.contains((start + 1_000_000_000).milliseconds))
  }

  @Test func `the highest worth after months is no more than can be counted`() {
    let (window, start) = window(worth: 1_000_000, startedAfter: 100 * 86_400)
    #expect(window.contains(start.milliseconds))
  }
}
