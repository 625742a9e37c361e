/// Every preemption a strategy can name: one line each.
package enum PreemptionCatalog {
  package static let all: [any PreemptionPolicy] = [LowerPriority(), NoPreemption()]

  /// Nil when there is none of that name.
  package static func preemption(named name: String) -> (any PreemptionPolicy)? {
    all.first { $0.name == name }
  }
}
