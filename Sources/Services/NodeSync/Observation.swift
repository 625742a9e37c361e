import Model

/// An agent's word on one attempt.
package struct Observation: Sendable {
  package enum Phase: String, Sendable {
    case starting
    case running
    case exited
  }

  package let deploymentID: DeploymentID
  package let attempt: Int
  package let phase: Phase
  /// Of an end; nil: it could not be learnt.
  package let exitCode: Int?
  package let message: String?
  /// What the program left for its next attempt.
  package let checkpoint: String?
  /// Of an end: it was none of the program's doing, for the lease had passed or the machine was started anew.
  package let isFenced: Bool

  package init(
    deploymentID: DeploymentID, attempt: Int, phase: Phase, exitCode: Int?, message: String?,
    checkpoint: String?, isFenced: Bool = false
  ) {
    self.deploymentID = deploymentID
    self.attempt = attempt
    self.phase = phase
    self.exitCode = exitCode
    self.message = message
    self.checkpoint = checkpoint
    self.isFenced = isFenced
  }
}
