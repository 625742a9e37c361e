import Model

/// The reason why a deployment is not yet, or never, let into its cluster's queue.
package enum DependencyReason {
  private static let named = 5

  /// `dependencies`, rising and not none, have not completed; with the status each is in.
  package static func pending(for dependencies: [(id: DeploymentID, status: String)]) -> Reason {
    let shown = dependencies.prefix(named).map { "\($0.id) (\($0.status))" }
    let rest = dependencies.count - shown.count
    let list = enumeration(rest > 0 ? shown + ["\(rest) more"] : shown)
    let isOne = dependencies.count == 1
    return Reason(
      code: "dependency",
      message: "Depends on \(isOne ? "deployment" : "deployments") \(list); it may start once"
        + " \(isOne ? "that has" : "those have") completed.")
  }

  /// It can never start: what it depends on ended as `status`.
  package static func failed(of dependency: DeploymentID, status: String) -> Reason {
    let end = status == "failed" ? "failed" : "was \(status)"
    return Reason(
      code: "dependency",
      message: "Deployment \(dependency), on which it depends, \(end); run that again, then create this one"
        + " anew to depend on the new one.")
  }
}
