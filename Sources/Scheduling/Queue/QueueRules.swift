import JSON
import Model

/// The rules a strategy sets for the snapshot it plans: how its queue is sorted, and who is protected how long.
package struct QueueRules: Sendable {
  /// Who goes first; among the deployments of one user when `isFair`.
  package let order: any QueueOrder
  /// In which order those after a blocked head are tried; nil: as `order` says.
  package let passOrder: (any QueueOrder)?
  /// What the order says, as it is asked often.
  package let isFair: Bool
  /// Seconds a head is blocked before it is due: to pin a node, and to have others evicted.
  package let maxSkip: Int
  /// How often a deployment may be preempted within an hour.
  package let preemptionsPerHour: Int

  package init(
    order: any QueueOrder, passOrder: (any QueueOrder)? = nil, maxSkip: Int = 600,
    preemptionsPerHour: Int = 4
  ) {
    self.order = order
    self.passOrder = passOrder
    isFair = order.isFair
    self.maxSkip = maxSkip
    self.preemptionsPerHour = preemptionsPerHour
  }

  package var options: [StrategyOption] {
    [
      StrategyOption(
        "max_skip",
        "Seconds the first in line is blocked before a node is kept for it, or others are preempted",
        .wholeNumber(maxSkip, in: 0...1_000_000_000)),
      StrategyOption(
        "preemptions_per_hour", "How often a deployment may be preempted within an hour",
        .wholeNumber(preemptionsPerHour, in: 0...Deployment.rememberedPreemptions)),
    ]
  }

  /// The same of other orders, and with the values given for options of its own.
  package func setting(_ values: JSONObject, order: any QueueOrder, passOrder: (any QueueOrder)?) -> Self {
    Self(
      order: order, passOrder: passOrder, maxSkip: values["max_skip"]?.int ?? maxSkip,
      preemptionsPerHour: values["preemptions_per_hour"]?.int ?? preemptionsPerHour)
  }

  /// When a head that is blocked is due.
  package func dueAt(_ blockedAt: Timestamp?) -> Timestamp? { blockedAt.map { $0 + Double(maxSkip) } }

  /// The stretch of time within which a due head keeps to the nodes it has found best: twice as long each time, so that
  /// one of them is long enough for a node to come free, however long that takes. After some decades there is one
  /// without an end: that many wake-ups are enough.
  func pinEpoch(_ blockedAt: Timestamp, now: Timestamp) -> (start: Timestamp, end: Timestamp?) {
    let first = max(1, maxSkip) * 1000
    let elapsed = now.milliseconds - blockedAt.milliseconds
    guard elapsed >= first else {
      return (blockedAt, Timestamp(milliseconds: blockedAt.milliseconds + first))
    }
    var length = first
    while length <= elapsed / 2, length < Self.longestEpoch { length *= 2 }
    let start = Timestamp(milliseconds: blockedAt.milliseconds + length)
    return (start, length < Self.longestEpoch ? Timestamp(milliseconds: start.milliseconds + length) : nil)
  }

  /// Milliseconds: 34 years.
  private static let longestEpoch = 1 << 40

  /// From when an attempt may be preempted; nil: never.
  func evictableFrom(_ record: ServiceRecord, startedAt: Timestamp) -> Timestamp? {
    guard record.spec.preemptible else { return nil }
    var from = startedAt + record.spec.minRuntime
    if let due = dueAt(record.blockedAt), due <= startedAt { from = max(from, startedAt + Double(maxSkip)) }
    if record.preemptedAt.count >= preemptionsPerHour {
      let place = record.preemptedAt.count - preemptionsPerHour
      // With no preemption allowed there is none to count from.
      guard place < record.preemptedAt.count else { return nil }
      from = max(from, record.preemptedAt[place] + 3600)
    }
    return from
  }
}

/// The part of a deployment that decides how long its attempts are protected.
package struct ServiceRecord: Sendable {
  package let spec: DeploymentSpec
  /// Since when it was the first in line and could not start.
  package let blockedAt: Timestamp?
  /// Its last preemptions, oldest first.
  package let preemptedAt: [Timestamp]

  package init(_ deployment: Deployment) {
    spec = deployment.spec
    blockedAt = deployment.blockedAt
    preemptedAt = deployment.preemptedAt
  }
}
