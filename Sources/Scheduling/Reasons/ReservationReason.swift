import Model

/// The reason why a deployment waits though there is room for it: somebody before it is kept a place.
struct ReservationReason {
  private let reservations: Reservations
  private let pending: PendingDeployment
  private let snapshot: ClusterSnapshot

  init(_ reservations: Reservations, _ pending: PendingDeployment, _ snapshot: ClusterSnapshot) {
    self.reservations = reservations
    self.pending = pending
    self.snapshot = snapshot
  }

  var reason: Reason { Reason(code: "reserved_for", message: message) }

  private var message: String {
    switch reservations {
    case .none: "There is room for it; it starts with the next plan."
    case .everything(let head):
      "There is room for it, but the cluster's strategy starts deployments strictly in order, and deployment \(head) is before it: wait, or choose a strategy with a backfill."
    case .node(let reservation): message(reservation)
    case .slots(let slots):
      slots.pinned.map(message)
        ?? "There is room for it now, but it would delay deployment \(slots.head) or others before it; "
        + advice(before: nil)
    }
  }

  private func message(_ reservation: Reservation) -> String {
    let node = "node \"\(snapshot[reservation.nodeID]?.node.name ?? "")\""
    guard let start = reservation.startsAt else {
      return
        "There is room for it, but \(node) is being kept free for deployment \(reservation.head), which has been"
        + " passed over for long; it starts after that one or when there is room elsewhere."
    }
    return
      "There is room for it, but \(node) is reserved for deployment \(reservation.head) from \(start.text); "
      + advice(before: start)
  }

  private func advice(before start: Timestamp?) -> String {
    let end = start == nil ? "in time" : "by then"
    return pending.spec.maxDuration == nil
      ? "wait, or create it anew with a max_duration that ends \(end), and it could start now."
      : "it would not be over \(end): wait, or create it anew with a shorter max_duration, and it could start now."
  }
}
