extension Deployment {
  /// The one place that says what a change makes of a row, for the service and for simulations alike.
  package mutating func apply(_ change: DeploymentChange, at time: Timestamp) {
    switch change {
    case .started(let attempt):
      attempts = attempt.number
      phase = .running(attempt)
    case .blocked: blockedAt = blockedAt ?? time
    case .preempted:
      preemptions += 1
      preemptedAt.append(time)
      preemptedAt.removeFirst(max(0, preemptedAt.count - Self.rememberedPreemptions))
      requeue()
    case .retried:
      retriesUsed += 1
      requeue()
    case .finished(let outcome): phase = .finished(outcome)
    case .reprioritized(let priority): self.priority = priority
    case .checkpointed(let reference):
      checkpoint = Checkpoint(reference: reference, at: time, attempt: attempts)
    }
  }

  /// Back to the queue with its age and its checkpoint; it has to become the first in line again.
  private mutating func requeue() {
    blockedAt = nil
    phase = .pending
  }
}
