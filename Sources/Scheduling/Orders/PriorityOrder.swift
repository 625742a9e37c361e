import JSON
import Model

/// The order of creation, each point of priority counting as `interval` seconds of waiting.
///
/// The key never changes with time, so that the queue need not be sorted again; a preempted deployment comes back
/// with the key it had. Whoever waits is passed by later ones for at most 100 × interval.
package struct PriorityOrder: QueueOrder {
  package var name: String { "priority" }
  package var description: String { "By creation, each point of priority counting as some waiting." }
  package var options: [StrategyOption] {
    [
      StrategyOption(
        "interval", "Seconds of waiting that count as one point of priority",
        .wholeNumber(interval, in: 0...1_000_000))
    ]
  }
  /// Seconds a point of priority is worth.
  let interval: Int

  package init(interval: Int = 600) { self.interval = interval }

  package func setting(_ values: JSONObject) -> Self { Self(interval: values["interval"]?.int ?? interval) }

  package func key(of pending: PendingDeployment) -> OrderKey {
    OrderKey(primary: pending.createdAt.milliseconds - pending.priority * interval * 1000, id: pending.id)
  }
}
