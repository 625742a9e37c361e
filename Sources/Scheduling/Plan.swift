import Model

/// What a strategy wants done next. Consistent when the preemptions are applied first, then the starts.
package struct Plan: Sendable, Equatable {
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
    package let victim: DeploymentID
    /// Who takes the room.
    package let by: DeploymentID

    package init(victim: DeploymentID, by: DeploymentID) {
      self.victim = victim
      self.by = by
    }
  }

  /// How much of the snapshot's news a step has dealt with; a strategy that looks at everything leaves it alone.
  package struct Progress: Sendable, Equatable {
    /// Untried deployments before this key cannot start.
    package var triedBefore: OrderKey?
    /// Released nodes that nobody who waits can use.
    package var settled: [NodeID] = []

    package init() {}
  }

  package var starts: [Start]
  package var preemptions: [Preemption]
  /// When time alone could next change the plan; nil: never. Means something in the last, empty plan.
  package var wakeAt: Timestamp?
  package var progress = Progress()

  package init(starts: [Start] = [], preemptions: [Preemption] = [], wakeAt: Timestamp? = nil) {
    self.starts = starts
    self.preemptions = preemptions
    self.wakeAt = wakeAt
  }

  /// True when nothing is to be done before `wakeAt`.
  package var isEmpty: Bool { starts.isEmpty && preemptions.isEmpty }
}
