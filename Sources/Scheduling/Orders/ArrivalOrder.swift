import Model

/// The order of arrival: first come, first served.
package struct ArrivalOrder: QueueOrder {
  package var name: String { "fifo" }
  package var description: String { "First come, first served." }

  package init() {}

  package func key(of pending: PendingDeployment) -> OrderKey {
    OrderKey(primary: pending.createdAt.milliseconds, id: pending.id)
  }
}
