import Model

/// The check whether a request could ever run: what is refused at creation and not queued for ever.
package enum Admission {
  /// Draining and managed nodes count, whatever runs on them now.
  package static func canEverFit(_ required: Resources, in nodes: some Sequence<Node>) -> Bool {
    nodes.contains { FreeCapacity(empty: $0.capacity).holds(required) }
  }

  /// The same for the nodes of a snapshot.
  package static func canEverFit(_ required: Resources, in snapshot: ClusterSnapshot) -> Bool {
    snapshot.table.nodes.contains { FreeCapacity(empty: $0.node.capacity).holds(required) }
  }

  /// Nil when it could fit; else one sentence saying what is too much.
  package static func refusal(of required: Resources, in nodes: some Sequence<Node>) -> String? {
    misfit(of: required, in: nodes.map(\.capacity))?.sentence
  }

  /// The resource that is too much (for the node closest to it, where each alone is enough somewhere), and a sentence.
  static func misfit(of required: Resources, in capacities: [Resources]) -> (
    kind: ResourceKind, sentence: String
  )? {
    if capacities.contains(where: { FreeCapacity(empty: $0).holds(required) }) { return nil }
    for kind in ResourceKind.allCases {
      let demand = kind.amount(of: required)
      let most = capacities.map(kind.amount).max() ?? .zero
      if demand > most {
        let place = capacities.isEmpty ? "the cluster has no node" : "the largest node has \(most.text)"
        return (kind, "Needs \(kind.text(demand)); \(place).")
      }
    }
    let kinds = ResourceKind.allCases.filter { $0.amount(of: required) > .zero }
    let short = kinds.first { kind in
      capacities.contains { kind.amount(of: $0) < kind.amount(of: required) }
    }
    let demands = enumeration(kinds.map { $0.text($0.amount(of: required)) })
    return (short ?? .cpu, "Needs \(demands) on one node; each is there, but no node has all of it.")
  }
}
