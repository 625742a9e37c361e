import Model

/// Demands that found no room in this plan: who asks no less with no more priority finds none either, unless it may have
/// others evicted as the head of the queue.
struct FailedDemands {
  private static let limit = 16
  private var known: [(demand: Resources, priority: Int)] = []
  private var next = 0

  func covers(_ pending: PendingDeployment) -> Bool {
    known.contains { $0.demand.fits(in: pending.demand) && pending.priority <= $0.priority }
  }

  mutating func add(_ pending: PendingDeployment) {
    if known.count < Self.limit {
      known.append((pending.demand, pending.priority))
    } else {
      known[next] = (pending.demand, pending.priority)
      next = (next + 1) % Self.limit
    }
  }
}
