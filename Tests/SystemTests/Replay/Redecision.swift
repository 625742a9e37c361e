import JSON
import Model
import Scheduling
import Services
import Storage

/// A journal run through the strategies again: what people asked for is taken from it, and what was decided is
/// decided anew, on the journal's clock, and compared.
struct Redecision {
  private let records: [Record<Event>]
  private var planning = PlanningState()
  private var place = 0
  private(set) var decisions = 0
  /// The first place where the journal says otherwise.
  private(set) var difference: String?

  init(of records: [Record<Event>]) throws {
    self.records = records
    try planning.finishLoading()
  }

  /// Each request ends with the record of its key, after which the server planned.
  mutating func run() throws {
    while place < records.count, difference == nil {
      let record = records[place]
      if record.event.isDecision {
        let before = place
        try settle(at: record.time)
        if place == before { differ("nobody would have \(record.event.type)") }
        continue
      }
      try take()
      guard case .requestAnswered = record.event else { continue }
      while place < records.count, records[place].event.isFailedDependency { try take() }
      try settle(at: record.time)
    }
  }

  private mutating func take() throws {
    try planning.apply(records[place])
    place += 1
  }

  /// As `Planning.settle`, with the journal's records in place of its own.
  private mutating func settle(at now: Timestamp) throws {
    var unplanned = planning.unplanned(at: now)
    while !unplanned.isEmpty, difference == nil {
      for id in unplanned { try settle(id, at: now) }
      unplanned = planning.unsettled.sorted()
    }
  }

  private mutating func settle(_ cluster: ClusterID, at now: Timestamp) throws {
    while difference == nil {
      let plan = planning.takePlan(of: cluster, now: now)
      if plan.isEmpty { return }
      for event in events(plan, now) {
        guard place < records.count else { return differ("\(event.type) is missing at the end") }
        let record = records[place]
        guard record.time == now, record.event.type == event.type, record.event.data == event.data else {
          return differ(
            "it has \(record.event.type) \(JSONValue.object(record.event.data).text)"
              + " where now \(event.type) \(JSONValue.object(event.data).text) comes")
        }
        decisions += 1
        try take()
      }
    }
  }

  private func events(_ plan: Plan, _ now: Timestamp) -> [Event] {
    let state = planning.state
    func event(_ id: DeploymentID, _ change: (Deployment) -> DeploymentChange) -> Event? {
      state.deployments[id].map { .deploymentChanged(DeploymentScope($0), change($0)) }
    }
    let blocked = plan.blocked.map { head in event(head) { _ in .blocked } }
    let withdrawn = plan.withdrawals.map { one in event(one) { _ in .nominationWithdrawn } }
    let preempted = plan.preemptions.map { one in event(one.victim) { $0.change(preemptedBy: one.by) } }
    let nominated = plan.nominations.map { nomination in
      event(nomination.deploymentID) { _ in
        let name = state.nodes[nomination.nodeID]?.name ?? ""
        return .nominated(
          NominatedPlacement(nodeID: nomination.nodeID, nodeName: name, gpus: nomination.gpus, at: now))
      }
    }
    let started = plan.starts.map { start in
      event(start.deploymentID) { deployment in
        .started(
          Attempt(
            number: deployment.attempts + 1, nodeID: start.nodeID,
            nodeName: state.nodes[start.nodeID]?.name ?? "", gpus: start.gpus, startedAt: now,
            isManaged: state.nodes[start.nodeID]?.managed ?? false))
      }
    }
    return (blocked + withdrawn + preempted + nominated + started).compactMap(\.self)
  }

  private mutating func differ(_ sentence: String) {
    difference = "seq \(place < records.count ? records[place].seq : 0): \(sentence)"
  }
}

extension Event {
  /// Whether a strategy chose it.
  var isDecision: Bool {
    ["deployment.started", "deployment.preempted", "deployment.blocked"].contains(type)
  }

  fileprivate var isFailedDependency: Bool {
    guard case .deploymentChanged(_, .finished(let outcome)) = self else { return false }
    return outcome.reason?.code == "dependency"
  }
}
