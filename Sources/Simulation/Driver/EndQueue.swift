/// The ends of running attempts, earliest first; at one time the lowest job goes first. A binary heap.
///
/// An entry is not taken back when its attempt is preempted: whoever takes it out looks at the attempt's number.
struct EndQueue {
  struct End: Comparable {
    /// Milliseconds.
    let time: Int
    let job: Int
    let attempt: Int

    static func < (a: End, b: End) -> Bool { (a.time, a.job, a.attempt) < (b.time, b.job, b.attempt) }
  }

  private var heap: [End] = []

  var first: End? { heap.first }

  mutating func insert(_ end: End) {
    heap.append(end)
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> End? {
    guard let first = heap.first else { return nil }
    heap[0] = heap[heap.count - 1]
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
        least = child
      }
      guard least != parent else { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
