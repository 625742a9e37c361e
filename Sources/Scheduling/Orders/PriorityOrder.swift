import Model

/// By creation, each point of priority counting as `interval` seconds of waiting.
///
/// The key never changes with time, so that the queue need not be sorted again; a preempted deployment comes back
/// with the key it had. Whoever waits is passed by later ones for at most 100 × interval.
package struct PriorityOrder: QueueOrder {
  package static let defaultInterval = 600

  package let name = "priority"
  /// Seconds a point of priority is worth.
  let interval: Int

  package init(interval: Int = defaultInterval) { self.interval = interval }

  package func key(of pending: PendingDeployment) -> OrderKey {
    OrderKey(primary: pending.createdAt.milliseconds - pending.priority * interval * 1000, id: pending.id)
  }
}
