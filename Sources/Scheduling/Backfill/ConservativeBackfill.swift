import JSON
import Model

/// The backfill with a slot for everyone ahead, the first `depth` of them; nobody may delay any of these.
///
/// Slots are given anew at each plan, in order, so that what ends early is used. Costs more than `EasyBackfill`: each
/// plan looks at up to `depth` deployments.
/// Source: Mu'alem and Feitelson, "Utilization, Predictability, Workloads, and User Runtime Estimates", IEEE TPDS 2001.
package struct ConservativeBackfill: BackfillPolicy {
  package var name: String { "conservative" }
  package var description: String { "Whoever delays nobody before it." }
  package var options: [StrategyOption] {
    [
      StrategyOption(
        "depth", "How many get a slot of their own under conservative backfill",
        .wholeNumber(depth, in: 1...1000))
    ]
  }
  package let depth: Int

  package init(depth: Int = 100) { self.depth = depth }

  package func setting(_ values: JSONObject) -> Self { Self(depth: values["depth"]?.int ?? depth) }

  package func reservations(
    ahead: (Int) -> [PendingDeployment], in snapshot: ClusterSnapshot, evicting: Bool, now: Timestamp
  ) -> Reservations {
    let holders = ahead(depth)
    guard let head = holders.first else { return .none }
    var slots = SlotTable(snapshot, head: head.id, now: now)
    for holder in holders { slots.reserve(holder, in: snapshot.table) }
    if !slots.hasSlot(head.id), let due = snapshot.rules.dueAt(head.record.blockedAt), due <= now {
      slots.pinned = snapshot.pin(for: head, evicting: evicting, now: now)
    }
    return .slots(slots)
  }
}
