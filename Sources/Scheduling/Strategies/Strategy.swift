import Model

/// A way to turn snapshots into plans: a value without side effects or a clock of its own.
///
/// It may keep in itself what it found in the snapshot that it plans, and then look at what is new alone. One that looks
/// at everything each time keeps nothing, and says nothing of `progress`.
package protocol Strategy: CatalogEntry {
  /// How the snapshot's queue is to be sorted, and who is protected.
  var rules: QueueRules { get }

  /// The next step or steps; empty when nobody who waits can start. Called by `ClusterSnapshot.takePlan`.
  mutating func plan(_ snapshot: ClusterSnapshot, now: Timestamp) -> Plan

  /// How much of what is new the last plan has dealt with, when it was not empty; nothing unless it says so.
  var progress: DirtySet.Progress { get }

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
  package var progress: DirtySet.Progress { DirtySet.Progress() }

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
