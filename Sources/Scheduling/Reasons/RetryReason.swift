import Model

/// The reason why a deployment that failed waits before it is tried again.
package enum RetryReason {
  package static func pending(_ deployment: Deployment, until time: Timestamp) -> Reason {
    let end = deployment.previousEnd
    let code = end?.exitCode.map { "ended with exit code \($0)" } ?? "failed"
    let message = end?.message.map { ": \($0)" } ?? ""
    return Reason(
      code: "retry",
      message: "Attempt \(deployment.attempts) \(code); retry \(deployment.retriesUsed) of"
        + " \(deployment.spec.retries) comes at \(time.text)\(message.isEmpty ? "." : message)")
  }
}
