import Model

/// The request that `deployments.create` is made with, and that `deployments.plan` tries.
package struct DeploymentRequest: Sendable {
  package let spec: DeploymentSpec
  package let clusterID: ClusterID
  /// The revision that the caller's plan was made at; nil: any.
  package let revision: Int?
  private let askedPriority: Int?
  private let ceiling: Int?

  package init(_ spec: DeploymentSpec, priority: Int?, in clusterID: ClusterID, ifRevision revision: Int?) {
    self.init(spec, priority, clusterID, revision, ceiling: nil)
  }

  private init(
    _ spec: DeploymentSpec, _ priority: Int?, _ clusterID: ClusterID, _ revision: Int?, ceiling: Int?
  ) {
    self.spec = spec
    self.clusterID = clusterID
    self.revision = revision
    askedPriority = priority
    self.ceiling = ceiling
  }

  /// As asked; else the usual one, or the most that the caller may ask for.
  package var priority: Int { askedPriority ?? min(Deployments.defaultPriority, ceiling ?? .max) }

  /// The same with what the caller's organization lets a member ask for.
  func limited(for caller: Caller, _ work: borrowing Work) -> DeploymentRequest {
    guard let membership = caller.user.membership, membership.role <= .member,
      let limits = work.fold.state.organizations[membership.organizationID]?.limits
    else { return self }
    return Self(spec, askedPriority, clusterID, revision, ceiling: limits.memberPriority)
  }

  /// The row that it would be, or becomes.
  func row(for caller: Caller, _ work: borrowing Work) throws -> Deployment {
    Deployment(
      id: DeploymentID(work.fold.state.deployments.nextID), clusterID: clusterID,
      organizationID: try caller.membership().organizationID, userID: caller.user.id, spec: spec,
      priority: priority, createdAt: work.now)
  }
}
