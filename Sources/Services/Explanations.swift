import JSON
import Model
import Scheduling
import Storage

/// What `deployments.explain` answers.
package struct DeploymentExplanation: Sendable {
  package let status: String
  /// Nil for what neither waits nor has failed.
  package var reason: Explanation?
  /// From 1; nil when it is in no queue.
  package var position: Int?
  package var preemption: PreemptionAnswer?
  package var estimate: Forecast.Estimate?

  init(status: String) { self.status = status }
}

/// Why a deployment stands where it does, and when it would start.
package enum Explanations {
  package static func explain(_ id: DeploymentID, for caller: Caller, _ work: borrowing Work) throws
    -> DeploymentExplanation
  {
    let deployment = try Deployments.find(id, for: caller, work)
    var answer = DeploymentExplanation(status: deployment.phase.status)
    switch deployment.phase {
    case .starting, .running, .stopping: break
    case .finished(let outcome): answer.reason = outcome.reason.map { final($0, deployment, work) }
    case .pending, .claiming:
      guard let scene = Scene(of: deployment.clusterID, work) else { return answer }
      let waiting = WaitingScene(deployment, scene)
      answer.reason = waiting.explanation
      answer.position = waiting.position
      answer.preemption = waiting.preemption
      answer.estimate = waiting.estimate(scene.rehearsal(for: deployment.organizationID))
    }
    return answer
  }

  private static func final(_ reason: Reason, _ deployment: Deployment, _ work: borrowing Work) -> Explanation
  {
    guard reason.code == "dependency" else { return Explanation(reason) }
    let state = work.fold.state
    let culprits = deployment.spec.dependsOn.filter { id in
      guard case .finished(let outcome) = state.deployments[id]?.phase else { return false }
      return outcome.status != .completed
    }
    return Explanation(reason, blockers: culprits)
  }
}

/// A cluster as its strategy sees it now, with what a rehearsal needs besides.
struct Scene {
  let world: World
  let snapshot: ClusterSnapshot
  let strategy: any Strategy
  let now: Timestamp

  init?(of cluster: ClusterID, _ work: borrowing Work) {
    let world = work.fold
    guard let snapshot = world.snapshots[cluster], let strategy = world.strategies[cluster] else {
      return nil
    }
    self.world = world
    self.snapshot = snapshot
    self.strategy = strategy
    now = work.now
  }

  private init(_ scene: Scene, _ snapshot: ClusterSnapshot) {
    world = scene.world
    self.snapshot = snapshot
    strategy = scene.strategy
    now = scene.now
  }

  /// The same cluster after something that is not recorded.
  func with(_ snapshot: ClusterSnapshot) -> Scene { Scene(self, snapshot) }

  func rehearsal(for organization: OrganizationID) -> Rehearsal {
    let world = world
    return Rehearsal(
      snapshot, by: strategy, now: now, recorded: { world.state.deployments[$0] },
      allowance: { world.allowance(of: Member(organizationID: organization, userID: $0)) })
  }
}

/// A deployment that waits, or would, in a scene.
struct WaitingScene {
  private let deployment: Deployment
  private let scene: Scene

  init(_ deployment: Deployment, _ scene: Scene) {
    self.deployment = deployment
    self.scene = scene
  }

  private var claimant: Claimant? { scene.snapshot.claimant(deployment.id) }
  private var unmet: [DeploymentID] { scene.world.unmet(of: deployment) }

  var explanation: Explanation? {
    if let reason = scene.world.dependencyReason(for: deployment) {
      return Explanation(reason, blockers: unmet)
    }
    if let reason = scene.world.restReason(for: deployment) { return Explanation(reason) }
    if claimant == nil, !scene.snapshot.paused, let quota = scene.world.quotaReason(for: deployment) {
      return Explanation(quota, holders: holdings)
    }
    return Explanation(for: deployment, in: scene.snapshot, by: scene.strategy, now: scene.now)
  }

  /// What the user has running in all clusters of the organization; rising.
  private var holdings: [DeploymentID] {
    let clusters = scene.world.state.organizationClusters[deployment.organizationID, default: []]
    return clusters.flatMap { cluster in
      (scene.world.snapshots[cluster]?.nodes ?? []).flatMap { node in
        (Array(node.allocations.values) + node.claims.values)
          .filter { $0.userID == deployment.userID }.map(\.id)
      }
    }.sorted()
  }

  /// Those who have a place already go before all others.
  var position: Int? {
    let snapshot = scene.snapshot
    if let place = snapshot.rankedClaimants.firstIndex(where: { $0.id == deployment.id }) { return place + 1 }
    return snapshot.position(of: deployment).map { $0 + snapshot.claimantCount + 1 }
  }

  var preemption: PreemptionAnswer {
    if !unmet.isEmpty { return .pointless("It waits for a dependency, which no room brings about.") }
    if scene.world.restReason(for: deployment) != nil {
      return .pointless("It pauses before its next attempt, which no room shortens.")
    }
    if scene.snapshot.paused { return .pointless("Nothing is preempted in a paused cluster.") }
    if let claimant { return .underway(of: claimant, in: scene.snapshot) }
    if scene.world.quotaReason(for: deployment) != nil {
      return .pointless("It waits for a limit of the organization, which no room lifts.")
    }
    return PreemptionAnswer(for: deployment, in: scene.snapshot, by: scene.strategy, now: scene.now)
  }

  func estimate(_ rehearsal: Rehearsal) -> Forecast.Estimate {
    let unmet = unmet
    guard unmet.isEmpty else {
      let ends = unmet.prefix(5).map { "deployment \($0) completes" }
      let rest = unmet.count > 5 ? ["\(unmet.count - 5) more complete"] : []
      return Forecast.Estimate(startsAt: nil, assumes: ends + rest)
    }
    if scene.world.restReason(for: deployment) != nil {
      return Forecast.Estimate(
        startsAt: deployment.notBefore, assumes: ["there is room when its pause is over"])
    }
    if let claimant, !scene.snapshot.paused {
      let end = scene.snapshot.stopping(for: claimant).compactMap(\.knownEnd).max()
      return Forecast.Estimate(
        startsAt: end.flatMap { $0 > scene.now ? $0 : nil },
        assumes: ["what stops there has ended within its grace_seconds"])
    }
    var forecast = Forecast(of: deployment.id, in: rehearsal)
    return forecast.estimate()
  }
}
