import Model

/// Turns a snapshot into a plan: a value without side effects or a clock of its own.
package protocol Strategy: CatalogEntry {
  /// How the snapshot's queue is to be sorted, and who is protected.
  var rules: QueueRules { get }

  /// The next step or steps; empty when nobody who waits can start. Called by `ClusterSnapshot.takePlan`.
  func plan(_ snapshot: ClusterSnapshot, now: Timestamp) -> Plan

  /// Why a pending deployment of a settled snapshot waits, in one sentence to act on. Derived when asked for; its
  /// cost does not depend on how many wait.
  func reason(for deployment: Deployment, in snapshot: ClusterSnapshot, now: Timestamp) -> Reason

  /// For whom the room is kept that a pending deployment could use; nobody unless it says so.
  func reservationHolders(before deployment: Deployment, in snapshot: ClusterSnapshot, now: Timestamp)
    -> [DeploymentID]

  /// Who gives way to whom; nobody unless it says so.
  var preemption: any PreemptionPolicy { get }
}

extension Strategy {
  package func reason(for deployment: Deployment, in snapshot: ClusterSnapshot, now: Timestamp) -> Reason {
    PendingReason(deployment, in: snapshot).reason
  }

  package func reservationHolders(before deployment: Deployment, in snapshot: ClusterSnapshot, now: Timestamp)
    -> [DeploymentID]
  {
    []
  }

  package var preemption: any PreemptionPolicy { NoPreemption() }
}
