import Model

/// Why a pending deployment waits, derived from a settled snapshot.
struct WaitingReason {
  private let deployment: Deployment
  private let snapshot: ClusterSnapshot

  init(_ deployment: Deployment, in snapshot: ClusterSnapshot) {
    self.deployment = deployment
    self.snapshot = snapshot
  }

  private var need: Resources { deployment.spec.required }

  var reason: Reason {
    if snapshot.paused {
      return Reason(code: "paused", message: "The cluster is paused; nothing starts until it is resumed.")
    }
    return closedReason ?? shortageReason
  }

  /// Nodes that would do and take nothing.
  private var closedReason: Reason? {
    let nodes = snapshot.table.nodes
    if nodes.isEmpty { return Reason(code: "no_nodes", message: "The cluster has no node; add one.") }
    let fitting = nodes.indices.filter { Room(empty: nodes[$0].node.capacity).holds(need) }
    guard !fitting.isEmpty else { return misfitReason }
    let draining = fitting.filter { nodes[$0].node.drain }
    if fitting.contains(where: { nodes[$0].isOpen }) {
      return drainedReason(draining.filter { nodes[$0].room.holds(need) })
    }
    guard draining.isEmpty else {
      return Reason(
        code: "draining",
        message:
          "Only \(names(of: draining)) could hold it, and \(draining.count == 1 ? "it is" : "they are")"
          + " draining; nothing new starts there.")
    }
    return Reason(
      code: "no_nodes", message: "No agent has been heard on a node that could hold it; start one there.")
  }

  private var misfitReason: Reason? {
    Admission.misfit(of: need, in: snapshot.table.nodes.map(\.node.capacity)).map { kind, sentence in
      Reason(code: ShortageSentence.code(kind), message: sentence)
    }
  }

  /// Room that is there now, on nodes that take nothing new.
  private func drainedReason(_ nodes: [Int]) -> Reason? {
    guard !nodes.isEmpty else { return nil }
    return Reason(
      code: "draining",
      message: "It fits only on \(names(of: nodes)), which \(nodes.count == 1 ? "is" : "are") draining;"
        + " the other nodes are full.")
  }

  private func names(of nodes: [Int]) -> String {
    let shown = nodes.prefix(3).map { "\"\(snapshot.table.nodes[$0].node.name)\"" }
    let rest = nodes.count - shown.count
    let parts = rest > 0 ? shown + ["\(rest) more"] : shown
    return (nodes.count == 1 ? "node " : "nodes ") + enumeration(parts)
  }

  private var shortageReason: Reason {
    guard let shortage = Shortage.least(for: need, in: snapshot) else {
      // Asked before the plan that starts it was applied.
      return Reason(code: "planned", message: "There is room for it; it starts with the next plan.")
    }
    return ShortageSentence(shortage, need: need, in: snapshot).reason
  }
}
