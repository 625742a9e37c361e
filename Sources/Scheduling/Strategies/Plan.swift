import Model

/// The next step that a strategy wants. Consistent when applied in order: withdrawals, preemptions, nominations, starts.
package struct Plan: Sendable {
  package struct Start: Sendable, Equatable {
    package let deploymentID: DeploymentID
    package let nodeID: NodeID
    /// Rising by index.
    package let gpus: [GPUShare]

    package init(deploymentID: DeploymentID, nodeID: NodeID, gpus: [GPUShare]) {
      self.deploymentID = deploymentID
      self.nodeID = nodeID
      self.gpus = gpus
    }
  }

  package struct Preemption: Sendable, Equatable {
    /// Runs, or is nominated for the place.
    package let victim: DeploymentID
    /// Who takes the room.
    package let by: DeploymentID

    package init(victim: DeploymentID, by: DeploymentID) {
      self.victim = victim
      self.by = by
    }
  }

  package var starts: [Start]
  /// Who gets a place that is still to be cleared: agents take their time to stop what runs there.
  package var nominations: [Start] = []
  /// Whose nomination leads nowhere any more.
  package var withdrawals: [DeploymentID] = []
  package var preemptions: [Preemption]
  /// Who has become the first in line and cannot start; to be noted, so that it is known how long.
  package var blocked: [DeploymentID] = []
  /// When time alone could next change the plan; nil: never. Means something in the last, empty plan.
  package var wakeAt: Timestamp?

  package init(starts: [Start] = [], preemptions: [Preemption] = [], wakeAt: Timestamp? = nil) {
    self.starts = starts
    self.preemptions = preemptions
    self.wakeAt = wakeAt
  }

  /// True when nothing is to be done before `wakeAt`.
  package var isEmpty: Bool {
    starts.isEmpty && preemptions.isEmpty && nominations.isEmpty && withdrawals.isEmpty && blocked.isEmpty
  }
}
