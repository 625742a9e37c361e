import Model

/// The least `max_duration` first, without one last; then the smallest, or the earliest. Long deployments may wait for
/// ever while short ones come.
package struct ShortestOrder: QueueOrder {
  package enum Tie: Sendable {
    case size
    case arrival
  }

  package var name: String { "shortest" }
  package var description: String { "The least max_duration first; long ones may wait for ever." }
  private let tie: Tie

  package init(tie: Tie = .size) { self.tie = tie }

  package func key(of pending: PendingDeployment) -> OrderKey {
    let duration = pending.spec.maxDuration.map { Int($0 * 1000) } ?? .max
    let second =
      switch tie {
      case .size: Self.size(pending.demand)
      case .arrival: pending.createdAt.milliseconds
      }
    return OrderKey(primary: duration, secondary: second, id: pending.id)
  }

  /// In cores: a GPU counts as 8 of them, and 4 GiB as one, which is how machines are commonly built.
  private static func size(_ demand: Resources) -> Int {
    demand.cpu.value + demand.gpu.value * 8 + demand.ram.value / 4
  }
}
