import JSON
import Model

/// The order of arrival, but each may be passed by shorter ones that come later: the longer it may last, the longer, up to a bound.
///
/// The key is the arrival plus `stretch` times the `max_duration`, at most `cap` seconds, so it never changes, and nobody
/// who arrives more than `cap` later goes before. Under EASY backfilling the short wait little and the long are not
/// starved: on KTH-SP2 an average bounded slowdown of about half of EASY's.
package struct StretchOrder: QueueOrder {
  package var name: String { "stretch" }
  package var description: String { "By arrival, but each may be passed by shorter ones for a bounded time." }
  package var options: [StrategyOption] {
    [
      StrategyOption(
        "stretch",
        "Under the order stretch: how many seconds it may be passed by shorter ones for each second it may last",
        .wholeNumber(stretch, in: 0...1000)),
      StrategyOption(
        "cap", "Under the order stretch: for how many seconds at most",
        .wholeNumber(cap, in: 0...1_000_000_000)),
    ]
  }
  /// Seconds of waiting for each second it may last.
  let stretch: Int
  /// Seconds.
  let cap: Int

  package init(stretch: Int = 4, cap: Int = 172_800) {
    self.stretch = stretch
    self.cap = cap
  }

  package func setting(_ values: JSONObject) -> Self {
    Self(stretch: values["stretch"]?.int ?? stretch, cap: values["cap"]?.int ?? cap)
  }

  package func key(of pending: PendingDeployment) -> OrderKey {
    let most = Double(cap)
    let delay = pending.spec.maxDuration.map { min(most, $0 * Double(stretch)) } ?? most
    return OrderKey(
      primary: pending.createdAt.milliseconds + Int(delay * 1000),
      secondary: pending.createdAt.milliseconds, id: pending.id)
  }
}
