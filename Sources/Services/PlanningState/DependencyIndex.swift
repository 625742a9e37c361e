import Model

/// The pending deployments that wait for others to complete, and those that never will be let in.
///
/// Kept as deployments come and end; looked up by what they wait for, so an end costs its own dependents alone.
struct DependencyIndex: Sendable {
  private var unmet: [DeploymentID: Set<DeploymentID>] = [:]
  private var dependents: [DeploymentID: Set<DeploymentID>] = [:]
  /// Those of which a dependency failed, with the one that did.
  private(set) var doomed: [DeploymentID: DeploymentID] = [:]

  func isHeld(_ id: DeploymentID) -> Bool { unmet[id] != nil }

  /// What it still waits for, rising; empty when it does not.
  func unmet(of id: DeploymentID) -> [DeploymentID] { unmet[id, default: []].sorted() }

  /// Holds a deployment until all of `dependencies` have completed; there is at least one.
  mutating func hold(_ id: DeploymentID, until dependencies: Set<DeploymentID>) {
    unmet[id] = dependencies
    for dependency in dependencies { dependents[dependency, default: []].insert(id) }
  }

  /// Marks that a deployment cannot be let in any more.
  mutating func doom(_ id: DeploymentID, by dependency: DeploymentID) {
    if doomed[id] == nil { doomed[id] = dependency }
  }

  /// Those that waited for this one last, rising: they wait for nothing now.
  mutating func complete(_ id: DeploymentID) -> [DeploymentID] {
    guard let pending = dependents.removeValue(forKey: id) else { return [] }
    var free: [DeploymentID] = []
    for dependent in pending {
      unmet[dependent]?.remove(id)
      guard unmet[dependent]?.isEmpty == true else { continue }
      unmet[dependent] = nil
      free.append(dependent)
    }
    return free.sorted()
  }

  /// Dooms those that waited for this one.
  mutating func fail(_ id: DeploymentID) {
    for dependent in dependents[id, default: []] { doom(dependent, by: id) }
  }

  /// A deployment that was held is over itself.
  mutating func forget(_ id: DeploymentID) {
    doomed[id] = nil
    for dependency in unmet.removeValue(forKey: id) ?? [] {
      dependents[dependency]?.remove(id)
      if dependents[dependency]?.isEmpty == true { dependents[dependency] = nil }
    }
  }
}
