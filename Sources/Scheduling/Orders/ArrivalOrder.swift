import Model

/// First come, first served.
package struct ArrivalOrder: QueueOrder {
  package let name = "fifo"

  package init() {}

  package func key(of waiting: Waiting) -> OrderKey {
    OrderKey(primary: waiting.createdAt.milliseconds, id: waiting.id)
  }
}
