import Model

/// Whether a request could ever run: what is refused at creation and not queued for ever.
package enum Admission {
  /// Draining and managed nodes count, whatever runs on them now.
  package static func canEverFit(_ required: Resources, in nodes: some Sequence<Node>) -> Bool {
    nodes.contains { Room(empty: $0.capacity).holds(required) }
  }

  package static func canEverFit(_ required: Resources, in snapshot: ClusterSnapshot) -> Bool {
    snapshot.table.nodes.contains { Room(empty: $0.node.capacity).holds(required) }
  }

  /// Nil when it could fit; else one sentence saying what is too much.
  package static func refusal(of required: Resources, in nodes: some Sequence<Node>) -> String? {
    if canEverFit(required, in: nodes) { return nil }
    let nodes = Array(nodes)
    guard !nodes.isEmpty else { return "The cluster has no node; add one first." }
    for kind in ResourceKind.allCases {
      let need = kind.amount(of: required)
      let most = nodes.map { kind.amount(of: $0.capacity) }.max() ?? .zero
      if need > most {
        return "Needs \(kind.text(need)); the largest node of the cluster has \(most.text)."
      }
    }
    let needs = ResourceKind.allCases.filter { kind in kind.amount(of: required) > .zero }
    return "Needs \(enumeration(needs.map { $0.text($0.amount(of: required)) })) on one node; "
      + "no node of the cluster has all of that."
  }
}
