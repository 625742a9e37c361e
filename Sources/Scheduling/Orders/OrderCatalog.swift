/// Every order a strategy can name: one line each.
package enum OrderCatalog {
  package static let all: [any QueueOrder] = [
    PriorityOrder(),
    ArrivalOrder(),
    ShortestOrder(),
    StretchOrder(),
    FairOrder(),
  ]

  static let kind = PartKind("order", "Who goes first", all, entry: { $0 }, setting: { $0.setting($1) })
}
