import Model

/// The least `max_duration` first, without one last; then the smallest, or the earliest. Long deployments may wait for
/// ever while short ones come.
package struct ShortestOrder: QueueOrder {
  package enum Tie: Sendable {
    case size
    case arrival
  }

  package let name = "shortest"
  private let tie: Tie

  package init(tie: Tie = .size) { self.tie = tie }

  package func key(of waiting: Waiting) -> OrderKey {
    let duration = waiting.spec.maxDuration.map { Int($0 * 1000) } ?? .max
    let second =
      switch tie {
      case .size: Self.size(waiting.need)
      case .arrival: waiting.createdAt.milliseconds
      }
    return OrderKey(primary: duration, secondary: second, id: waiting.id)
  }

  /// In cores: a GPU counts as 8 of them, and 4 GiB as one, which is how machines are commonly built.
  private static func size(_ need: Resources) -> Int {
    need.cpu.value + need.gpu.value * 8 + need.ram.value / 4
  }
}
