import Model

/// First come, first served.
package struct ArrivalOrder: QueueOrder {
  package let name = "fifo"

  package init() {}

  package func key(of pending: PendingDeployment) -> OrderKey {
    OrderKey(primary: pending.createdAt.milliseconds, id: pending.id)
  }
}
