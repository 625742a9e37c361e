import Model

/// Sentences about places that are being cleared.
package enum NominationReason {
  private static let named = 5

  /// Why somebody waits who has such a place.
  package static func stopping(for nominee: Nominee, in snapshot: ClusterSnapshot) -> Reason {
    let node = "node \"\(nominee.place.attempt.nodeName)\""
    let stopping = snapshot.stopping(for: nominee)
    guard let end = stopping.compactMap(\.knownEnd).max() else {
      return Reason(
        code: "stopping_victims", message: "It has a place on \(node) and starts there with the next plan.")
    }
    let isOne = stopping.count == 1
    return Reason(
      code: "stopping_victims",
      message:
        "It starts on \(node) once \(names(stopping.map(\.id))) \(isOne ? "has" : "have") stopped there, which"
        + " \(isOne ? "has" : "have") until \(end.text) to do so: wait.")
  }

  /// The first node that has the room now and keeps it, and for whom. Nil where there is none.
  static func keepingNode(from spec: DeploymentSpec, in snapshot: ClusterSnapshot) -> (
    node: Node, nominees: [DeploymentID]
  )? {
    let keepingNode =
      snapshot.nominees.isEmpty
      ? nil
      : snapshot.nodes.first { node in
        !node.nominations.isEmpty && node.isOpen && spec.conditions.areMet(by: node.node.labels)
          && node.freeBesideNominations.holds(spec.required)
      }
    return keepingNode.map { ($0.node, $0.nominations.keys.sorted()) }
  }

  /// Why somebody waits for whom there would be room, were it not kept.
  static func kept(from spec: DeploymentSpec, in snapshot: ClusterSnapshot) -> Reason? {
    keepingNode(from: spec, in: snapshot).map { node, nominees in
      Reason(
        code: "reserved_for",
        message: "There is room for it, but node \"\(node.name)\" is being cleared for \(names(nominees)):"
          + " it starts after that, or when there is room elsewhere.")
    }
  }

  private static func names(_ ids: [DeploymentID]) -> String {
    let shown = ids.prefix(named).map(\.description)
    let rest = ids.count - shown.count
    return (ids.count == 1 ? "deployment " : "deployments ")
      + enumeration(rest > 0 ? shown + ["\(rest) more"] : shown)
  }
}
