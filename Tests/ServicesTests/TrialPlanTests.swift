import JSON
import Model
import Scheduling
import Testing

@testable import Services

@Suite struct TrialPlanTests {
  private static let time = Timestamp(milliseconds: 1_700_000_000_000)

  /// A cluster of one core, for which somebody waits who wants so many.
  private static func planning(cores: Int) throws -> PlanningState {
    let (cluster, organization) = (ClusterID(1), OrganizationID(1))
    func cpu(_ cores: Int) -> Resources { Resources(cpu: .whole(cores), ram: .zero, gpu: .zero) }
    var planning = PlanningState()
    planning.insert(
      .cluster(
        Cluster(id: cluster, organizationID: organization, name: "lab", strategy: "priority", createdAt: time)
      ))
    planning.insert(
      .node(
        Node(id: NodeID(1), clusterID: cluster, organizationID: organization, name: "n", capacity: cpu(1))))
    planning.insert(
      .deployment(
        Deployment(
          id: DeploymentID(1), clusterID: cluster, organizationID: organization, userID: UserID(1),
          spec: DeploymentSpec(name: "d", imagePath: "/i", required: cpu(cores)), priority: 50,
          createdAt: time)))
    try planning.finishLoading()
    return planning
  }

  @Test(arguments: [1, 2]) func `a plan that fits is no finding, and nothing is changed by trying it`(
    cores: Int
  )
    throws
  {
    let planning = try Self.planning(cores: cores)
    #expect(planning.trialFindings(at: Self.time) == [])
    #expect(planning.state.deployments[DeploymentID(1)]?.phase == .pending)
  }

  @Test func `a plan that puts more on a node than it has is one`() throws {
    var planning = try Self.planning(cores: 2)
    planning.strategies[ClusterID(1)] = Overcommitment()
    #expect(
      planning.trialFindings(at: Self.time) == ["the plan of cluster 1 puts more on node 1 than it has"])
  }
}

/// A strategy that starts everybody on the first node.
private struct Overcommitment: Strategy {
  let name = "overcommitment"
  let description = "Everybody on the first node."
  let rules = QueueRules(order: ArrivalOrder())

  func plan(_ snapshot: ClusterSnapshot, now: Timestamp) -> Plan {
    guard let node = snapshot.nodes.first else { return Plan() }
    return Plan(
      starts: snapshot.queue.map { .init(deploymentID: $0.pending.id, nodeID: node.node.id, gpus: []) })
  }
}
