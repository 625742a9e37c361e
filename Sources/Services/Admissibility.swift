import JSON
import Model
import Scheduling

/// The conditions under which a request may be made at all: what `deployments.create` refuses, and `deployments.plan` with it.
enum Admissibility {
  /// Checked in the order in which a caller can do something about them.
  static func require(_ request: DeploymentRequest, by caller: Caller, _ work: borrowing Work) throws {
    let membership = try caller.membership(atLeast: .member)
    let cluster = try Clusters.find(request.clusterID, for: caller, work)
    if let revision = request.revision, revision != cluster.revision {
      throw ServiceError.conflict(
        "The cluster's plan has changed since revision \(revision): plan again.",
        ["revision": .int(cluster.revision)])
    }
    guard request.spec.required != .zero else {
      throw ServiceError.invalid(pointer: "/required_cpu", "must be above 0 when ram and gpu are 0 too")
    }
    try requireDependencies(request.spec.dependsOn, for: caller, work)
    try requireFit(request.spec, in: cluster.id, work)
    let limits = work.fold.state.organizations[membership.organizationID]?.limits ?? .none
    try requirePriority(request.priority, within: limits, for: membership)
    try requireWithin(limits, request.spec.required)
    try requirePending(within: limits, for: caller, in: membership.organizationID, work)
  }

  /// They exist already, so no circle of them can ever be closed.
  private static func requireDependencies(
    _ ids: [DeploymentID], for caller: Caller, _ work: borrowing Work
  ) throws {
    for id in ids {
      let dependency = try Deployments.find(id, for: caller, work)
      guard case .finished(let outcome) = dependency.phase, outcome.status != .completed else { continue }
      let status = outcome.status.rawValue
      throw ServiceError.conflict(
        "Deployment \(id) is \(status), so what depends on it could never start.",
        ["deployment_id": .int(id.rawValue), "status": .string(status)])
    }
  }

  /// Refuses what could not start even if the cluster were empty.
  private static func requireFit(
    _ spec: DeploymentSpec, in cluster: ClusterID, _ work: borrowing Work
  ) throws(ServiceError) {
    guard let snapshot = work.fold.snapshots[cluster] else { return }
    guard !spec.conditions.isEmpty else {
      guard !Admission.canEverFit(spec.required, in: snapshot) else { return }
      let sentence = Admission.refusal(of: spec.required, in: Nodes.all(of: cluster, work))
      throw .unschedulable(sentence ?? "It fits no node of the cluster.")
    }
    let allowed = snapshot.nodes.map(\.node).filter { spec.conditions.areMet(by: $0.labels) }
    guard !Admission.canEverFit(spec.required, in: allowed) else { return }
    throw .unschedulable(
      WhereSentence(spec.conditions).refusal(of: spec.required, amongNodes: allowed))
  }

  /// Operators and owners may ask for any priority.
  static func requirePriority(
    _ priority: Int, within limits: Limits, for membership: Membership
  ) throws(ServiceError) {
    guard membership.role <= .member, let ceiling = limits.memberPriority, priority > ceiling else { return }
    throw .quotaExceeded(
      "A member may ask for priority \(ceiling) at most; \(priority) was asked for.",
      ["limit": "member_priority", "allowed": .int(ceiling), "asked": .int(priority)])
  }

  /// What is above a limit by itself would wait for ever.
  private static func requireWithin(_ limits: Limits, _ demand: Resources) throws(ServiceError) {
    guard let excess = limits.excess(of: demand) else { return }
    throw .quotaExceeded(
      "The organization lets a user have \(excess.allowed.json.text) running (\(excess.limit));"
        + " \(excess.asked.json.text) was asked for. Ask for less, or an owner to raise the limit.",
      ["limit": .string(excess.limit), "allowed": excess.allowed.json, "asked": excess.asked.json])
  }

  private static func requirePending(
    within limits: Limits, for caller: Caller, in organization: OrganizationID, _ work: borrowing Work
  ) throws(ServiceError) {
    let pending = work.fold.pendingCount(of: caller.user.id, in: organization)
    guard let most = limits.userPending, pending >= most else { return }
    throw .quotaExceeded(
      "You have \(pending) deployments waiting, and the organization lets a user have \(most) (user_pending):"
        + " cancel one, or wait for one to start.",
      ["limit": "user_pending", "allowed": .int(most), "pending": .int(pending)])
  }
}
