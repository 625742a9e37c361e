extension Deployment {
  /// The one place that says what a change makes of a row, for the service and for simulations alike.
  package mutating func apply(_ change: DeploymentChange, at time: Timestamp) {
    switch change {
    case .nominated(let nomination): phase = .nominated(nomination)
    case .nominationWithdrawn: phase = .pending
    case .started(let attempt):
      attempts = attempt.number
      notBefore = nil
      note = nil
      phase = attempt.isManaged ? .starting(attempt) : .running(attempt)
    case .ran(let note):
      if case .starting(let attempt) = phase { phase = .running(attempt) }
      self.note = note
    case .stopping(let cause):
      if let attempt = phase.liveAttempt {
        phase = .stopping(attempt, StopOrder(cause: cause, at: time))
      }
    case .blocked: blockedAt = blockedAt ?? time
    case .preempted:
      preemptions += 1
      preemptedAt.append(time)
      preemptedAt.removeFirst(max(0, preemptedAt.count - Self.rememberedPreemptions))
      requeue()
    case .retried(let exitCode, let message):
      retriesUsed += 1
      previousEnd = AttemptEnd(attempt: attempts, exitCode: exitCode, message: message)
      if phase.liveAttempt?.isManaged ?? false { notBefore = time + Self.pause(beforeRetry: retriesUsed) }
      requeue()
    case .lost(let message):
      losses += 1
      previousEnd = AttemptEnd(attempt: attempts, exitCode: nil, message: message)
      requeue()
    case .finished(let outcome):
      note = nil
      phase = .finished(outcome)
    case .reprioritized(let priority): self.priority = priority
    case .checkpointed(let reference):
      checkpoint = Checkpoint(reference: reference, at: time, attempt: attempts)
    }
  }

  /// Seconds: 1, 2, 4 and so on up to five minutes, so that what fails at once does not keep a node busy with failing.
  package static func pause(beforeRetry retry: Int) -> Double {
    retry > 9 ? 300 : min(300, Double(1 << max(0, retry - 1)))
  }

  /// Back to the queue with its age and its checkpoint; it has to become the first in line again.
  private mutating func requeue() {
    blockedAt = nil
    note = nil
    phase = .pending
  }
}
