/// Every preemption a strategy can name: one line each.
package enum PreemptionCatalog {
  package static let all: [any PreemptionPolicy] = [
    LowerPriority(),
    NoPreemption(),
  ]

  static let kind = PartKind(
    "preemption", "Who gives way to whom", all, entry: { $0 }, setting: { $0.setting($1) })
}
