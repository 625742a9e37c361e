import Model
import Services
import TestSupport
import Testing

@Suite struct DeadlineQueueTests {
  @Test(arguments: 1...20) func `it gives what is due, as a sorted list does`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var queue = DeadlineQueue()
    var list: [(at: Timestamp, id: DeploymentID)] = []
    for id in 1...200 {
      let entry = (at: Timestamp(milliseconds: .random(in: 0..<100, using: &random)), id: DeploymentID(id))
      queue.insert(entry.id, at: entry.at)
      list.append(entry)
      guard random.oneIn(5) else { continue }
      let now = Timestamp(milliseconds: .random(in: 0..<60, using: &random))
      #expect(queue.due(at: now) == list.filter { $0.at <= now }.map(\.id).sorted())
      queue.dropFirst(through: now)
      list.removeAll { $0.at <= now }
      #expect(queue.first == list.map(\.at).min())
    }
  }
}
