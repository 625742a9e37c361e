import Model

extension ClusterSnapshot {
  /// The next step to take, given what is new. Apply it (withdrawals, preemptions, nominations, then starts) and ask again
  /// until it is empty.
  ///
  /// The strategy is the one that has planned this snapshot so far, or a new one after `use`.
  package mutating func takePlan(by strategy: inout any Strategy, now: Timestamp) -> Plan {
    advance(to: now)
    if let step = nominationStep { return step }
    var plan = strategy.plan(self, now: clock)
    if plan.isEmpty { settle() } else { settle(strategy.progress) }
    if nomineeCount > 0 { plan.wakeAt = [plan.wakeAt, table.patienceEnd].compactMap(\.self).min() }
    return plan
  }
}
