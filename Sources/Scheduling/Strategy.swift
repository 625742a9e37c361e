import Model

/// Turns a snapshot into a plan: a value without side effects or a clock of its own.
package protocol Strategy: Sendable {
  /// As clusters name it.
  var name: String { get }
  /// One sentence for those who choose.
  var description: String { get }
  var options: [StrategyOption] { get }
  /// How the snapshot's queue is to be sorted, and who is protected.
  var rules: QueueRules { get }

  /// The next step or steps; empty when nobody who waits can start. Called by `ClusterSnapshot.takePlan`.
  func plan(_ snapshot: ClusterSnapshot, now: Timestamp) -> Plan

  /// Why a pending deployment of a settled snapshot waits, in one sentence to act on. Derived when asked for; its
  /// cost does not depend on how many wait.
  func reason(for deployment: Deployment, in snapshot: ClusterSnapshot, now: Timestamp) -> Reason
}

/// Something a strategy can be told.
package struct StrategyOption: Sendable, Hashable {
  package let name: String
  package let description: String
  package let defaultValue: String
  /// What it may be; nil: any number.
  package let values: [String]?

  package init(name: String, description: String, defaultValue: String, values: [String]? = nil) {
    self.values = values
    self.name = name
    self.description = description
    self.defaultValue = defaultValue
  }
}
