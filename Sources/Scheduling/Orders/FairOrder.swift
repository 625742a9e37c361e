import JSON
import Model

/// The user with the least dominant share of the cluster first; by priority among one user's own.
///
/// Source: Ghodsi et al., "Dominant Resource Fairness", NSDI'11.
package struct FairOrder: QueueOrder {
  package var name: String { "fair" }
  package var description: String { "The user with the least of the cluster first, then by priority." }
  package var options: [StrategyOption] { own.options }
  package var isFair: Bool { true }
  private let own: PriorityOrder

  package init(_ own: PriorityOrder = PriorityOrder()) { self.own = own }

  package func setting(_ values: JSONObject) -> Self { Self(own.setting(values)) }

  package func key(of pending: PendingDeployment) -> OrderKey { own.key(of: pending) }
}
