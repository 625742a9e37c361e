import JSON
import Model

/// One of each, with every field set that can be.
enum SampleRows {
  static let time = Timestamp(milliseconds: 1_795_472_540_007)
  static let user = User(id: UserID(1), username: "alice", passwordHash: "$y$x", createdAt: time)
  static let session = Session(
    id: SessionID(2), userID: UserID(1), name: "ci", scope: .deploy, tokenHash: "ab", createdAt: time,
    expiresAt: time + 60)
  static let limits = Limits(
    userCPU: .whole(4), userRAM: Thousandths(8500), userGPU: .zero, userPending: 20, memberPriority: 60)
  static var organization: Organization {
    var organization = Organization(
      id: OrganizationID(3), name: "robotics", inviteCode: "join-us", createdAt: time)
    organization.limits = limits
    return organization
  }
  static let invite = Invite(
    id: InviteID(4), organizationID: OrganizationID(3), role: .viewer, codeHash: "cd", maxUses: 5,
    createdBy: UserID(1), createdAt: time, expiresAt: time + 3600)
  static let cluster = Cluster(
    id: ClusterID(5), organizationID: OrganizationID(3), name: "lab", strategy: "priority", createdAt: time)
  static let node = Node(
    id: NodeID(6), clusterID: ClusterID(5), organizationID: OrganizationID(3), name: "default",
    capacity: Resources(cpu: .whole(8), ram: Thousandths(15_500), gpu: Thousandths(2_500)),
    labels: [StringPair(key: "gpu", value: "A100")], managed: true)
  static let deployment = Deployment(
    id: DeploymentID(7), clusterID: ClusterID(5), organizationID: OrganizationID(3), userID: UserID(1),
    spec: DeploymentSpec(
      name: "train", imagePath: "/srv/train", command: ["--steps", "5"],
      env: [StringPair(key: "A", value: "é")],
      required: Resources(cpu: .one, ram: Thousandths(2001), gpu: Thousandths(1500)), maxDuration: 90.5,
      graceSeconds: 5, minRuntime: 3, preemptible: false, retries: 2,
      conditions: [LabelCondition(key: "gpu", values: ["A100", "H100"])],
      dependsOn: [DeploymentID(2), DeploymentID(5)]), priority: 70, createdAt: time)
  static let attempt = Attempt(
    number: 1, nodeID: NodeID(6), nodeName: "default",
    gpus: [GPUShare(index: 0, share: .one), GPUShare(index: 2, share: Thousandths(500))], startedAt: time)
  static let outcome = Outcome(
    status: .failed, exitCode: 3, message: "no luck", reason: Reason(code: "failed", message: "It ended."),
    at: time + 9, attempt: attempt)
  static let request = KeyedRequest(
    id: RequestID(8), userID: UserID(1), key: "k", method: "clusters.delete", paramsHash: "ef", objectID: 5,
    result: ["cluster": ["id": 5]], at: time)

  static var scope: DeploymentScope { DeploymentScope(deployment) }

  static var events: [Event] {
    [
      .organizationCreated(organization), .userRegistered(user),
      .userChanged(user.id, .passwordSet(hash: "$y$z")),
      .userChanged(user.id, .joined(organization.id, .owner)),
      .userChanged(user.id, .roleSet(organization.id, .viewer)),
      .userChanged(user.id, .left(organization.id)),
      .sessionCreated(session), .sessionRevoked(session.id, user.id),
      .organizationCodeRotated(organization.id, inviteCode: "other"),
      .organizationLimitsSet(organization.id, Limits(userGPU: .one)), .inviteCreated(invite),
      .inviteChanged(invite.id, organization.id, .used(by: user.id)),
      .inviteChanged(invite.id, organization.id, .revoked), .clusterCreated(cluster),
      .clusterChanged(
        ClusterScope(cluster), .updated(name: "lab-2", strategy: ["order": "fifo"], paused: true)),
      .nodeAdded(node), .nodeUpdated(node), .deploymentCreated(deployment),
      .deploymentChanged(scope, .blocked),
      .deploymentChanged(scope, .started(attempt)),
      .deploymentChanged(scope, .checkpointed(reference: "s3://runs/7")),
      .deploymentChanged(scope, .preempted(by: DeploymentID(9))),
      .deploymentChanged(scope, .retried(exitCode: 4, message: "again")),
      .deploymentChanged(scope, .reprioritized(priority: 1)), .requestAnswered(request),
      .deploymentChanged(scope, .finished(outcome)), .nodeRemoved(node.id, ClusterScope(cluster)),
      .clusterChanged(ClusterScope(cluster), .deleted),
    ]
  }

  static var records: [Record<Event>] {
    events.enumerated().map { Record(seq: $0 + 1, time: time, event: $1) }
  }
}
