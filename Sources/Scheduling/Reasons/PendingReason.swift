import Model

/// The reason why a pending deployment waits, derived from a settled snapshot.
struct PendingReason {
  private let deployment: Deployment
  private let snapshot: ClusterSnapshot

  init(_ deployment: Deployment, in snapshot: ClusterSnapshot) {
    self.deployment = deployment
    self.snapshot = snapshot
  }

  private var demand: Resources { deployment.spec.required }
  private var conditions: [LabelCondition] { deployment.spec.conditions }

  var reason: Reason {
    if snapshot.paused {
      return Reason(
        code: "paused",
        message:
          "The cluster is paused, so nothing starts in it; an operator resumes it with clusters.update.")
    }
    return closedReason ?? shortageReason
  }

  /// Nodes that would do and take nothing.
  private var closedReason: Reason? {
    let nodes = snapshot.table.nodes
    if nodes.isEmpty {
      return Reason(
        code: "no_nodes", message: "The cluster has no node; an operator adds one with nodes.add.")
    }
    let allowed = nodes.indices.filter { conditions.areMet(by: nodes[$0].node.labels) }
    guard !allowed.isEmpty else { return unlabelledReason }
    let fitting = allowed.filter { FreeCapacity(empty: nodes[$0].node.capacity).holds(demand) }
    guard !fitting.isEmpty else { return misfitReason(among: allowed) }
    let draining = fitting.filter { nodes[$0].node.drain }
    if fitting.contains(where: { nodes[$0].isOpen }) {
      return drainedReason(draining.filter { nodes[$0].freeCapacity.holds(demand) })
    }
    guard draining.isEmpty else {
      return Reason(
        code: "draining",
        message:
          "Only \(names(of: draining)) could hold it, and \(draining.count == 1 ? "it is" : "they are")"
          + " draining, so nothing new starts there: end the drain with nodes.update, or add a node.")
    }
    return Reason(
      code: "no_nodes",
      message: "Only \(names(of: fitting)) could hold it, and no agent is heard there: start"
        + " `berth agent --node \(nodes[fitting[0]].node.name)` on its machine.")
  }

  private var unlabelledReason: Reason {
    Reason(
      code: "no_nodes",
      message:
        "No node has the labels \(WhereSentence(conditions).text) that its where asks for: label one with"
        + " nodes.update, or create it anew with another where.")
  }

  private func misfitReason(among allowed: [Int]) -> Reason? {
    let capacities = allowed.map { snapshot.table.nodes[$0].node.capacity }
    return Admission.misfit(of: demand, in: capacities).map { kind, sentence in
      let among = conditions.isEmpty ? "" : "Of the nodes with \(WhereSentence(conditions).text): "
      return Reason(
        code: ShortageSentence.code(kind),
        message: among + sentence + " Create it anew asking for less, or add a larger node.")
    }
  }

  /// Room that is there now, on nodes that take nothing new.
  private func drainedReason(_ nodes: [Int]) -> Reason? {
    guard !nodes.isEmpty else { return nil }
    return Reason(
      code: "draining",
      message: "It fits only on \(names(of: nodes)), which \(nodes.count == 1 ? "is" : "are") draining;"
        + " the other nodes are full: wait, or end the drain.")
  }

  private func names(of nodes: [Int]) -> String {
    let shown = nodes.prefix(3).map { "\"\(snapshot.table.nodes[$0].node.name)\"" }
    let rest = nodes.count - shown.count
    let parts = rest > 0 ? shown + ["\(rest) more"] : shown
    return (nodes.count == 1 ? "node " : "nodes ") + enumeration(parts)
  }

  private var shortageReason: Reason {
    guard let shortage = Shortage.least(for: deployment.spec, in: snapshot) else {
      // Asked before the plan that starts it was applied.
      return Reason(code: "planned", message: "There is room for it; it starts with the next plan.")
    }
    if let kept = NominationReason.kept(from: deployment.spec, in: snapshot) { return kept }
    return ShortageSentence(shortage, deployment.spec, in: snapshot).reason
  }
}
