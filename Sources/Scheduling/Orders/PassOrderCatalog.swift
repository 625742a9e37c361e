/// Every order in which those after a blocked head can be tried: one line each. Nil: the queue's own.
enum PassOrderCatalog {
  static let all: [(any QueueOrder)?] = [
    nil,
    ShortestOrder(tie: .arrival),
  ]

  static let kind = PartKind(
    "backfill_order", "In which order those after it are tried; arrival is the queue's own", all,
    entry: { order in if let order { order } else { OwnOrder() } },
    setting: { order, values in order?.setting(values) })
}

/// The entry of the order that is the queue's own.
private struct OwnOrder: CatalogEntry {
  var name: String { "arrival" }
  var description: String { "In the queue's own order." }
}
