/// Every order a strategy can name.
package enum OrderCatalog {
  package static let names = ["priority", "fifo", "shortest", "stretch", "fair"]

  /// Under `fair` the users' shares decide first, and this among one user's own.
  static func order(named name: String, interval: Int, stretch: Int, cap: Int) -> any QueueOrder {
    switch name {
    case "fifo": ArrivalOrder()
    case "shortest": ShortestOrder()
    case "stretch": StretchOrder(stretch: stretch, cap: cap)
    case _: PriorityOrder(interval: interval)
    }
  }
}
