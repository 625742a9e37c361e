import Model

/// A binary heap of times at which a deployment is to be looked at.
///
/// An entry is not taken back when its attempt ends early: who takes it out looks at the deployment anyway.
package struct DeadlineQueue: Sendable {
  private var heap: [(at: Timestamp, id: DeploymentID)] = []

  package init() {}

  package var first: Timestamp? { heap.first?.at }

  package mutating func insert(_ id: DeploymentID, at time: Timestamp) {
    heap.append((time, id))
    var child = heap.count - 1
    while child > 0, heap[child].at < heap[(child - 1) / 2].at {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// The deployments whose time has come; they stay in the queue.
  package func due(at now: Timestamp) -> [DeploymentID] {
    var due: [DeploymentID] = []
    var places = [0]
    while let place = places.popLast() {
      guard place < heap.count, heap[place].at <= now else { continue }
      due.append(heap[place].id)
      places += [2 * place + 1, 2 * place + 2]
    }
    return due.sorted()
  }

  package mutating func dropFirst(through now: Timestamp) {
    while let first = heap.first, first.at <= now {
      heap[0] = heap[heap.count - 1]
      heap.removeLast()
      siftDown()
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].at < heap[least].at {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
