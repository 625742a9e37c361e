import Model

/// Sentences about places that are being cleared.
package enum ClaimantReason {
  private static let named = 5

  /// Why somebody waits who has such a place.
  package static func stopping(for claimant: Claimant, in snapshot: ClusterSnapshot) -> Reason {
    let node = "node \"\(claimant.place.attempt.nodeName)\""
    let stopping = snapshot.stopping(for: claimant)
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
  static func keepers(from spec: DeploymentSpec, in snapshot: ClusterSnapshot) -> (
    node: Node, claimants: [DeploymentID]
  )? {
    let keeper =
      snapshot.claimants.isEmpty
      ? nil
      : snapshot.nodes.first { node in
        !node.claims.isEmpty && node.isOpen && spec.conditions.areMet(by: node.node.labels)
          && node.unclaimedRoom.holds(spec.required)
      }
    return keeper.map { ($0.node, $0.claims.keys.sorted()) }
  }

  /// Why somebody waits for whom there would be room, were it not kept.
  static func kept(from spec: DeploymentSpec, in snapshot: ClusterSnapshot) -> Reason? {
    keepers(from: spec, in: snapshot).map { node, claimants in
      Reason(
        code: "reserved_for",
        message: "There is room for it, but node \"\(node.name)\" is being cleared for \(names(claimants)):"
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
