import Model

/// What one node lacks to start a deployment now.
struct Shortage {
  let node: NodeOccupancy
  /// Not negative; gpu in sum over the devices.
  let missing: Resources
  /// True when the node has enough GPU in sum and no devices to serve the request.
  let isFragmented: Bool

  private init(_ node: NodeOccupancy, _ need: Resources) {
    self.node = node
    let sum = node.devices.sum
    missing = Resources(
      cpu: max(.zero, need.cpu - max(.zero, node.free.cpu)),
      ram: max(.zero, need.ram - max(.zero, node.free.ram)),
      gpu: max(.zero, need.gpu - sum))
    isFragmented = need.gpu <= sum && need.gpu > node.devices.largest
  }

  /// The shortage of the node that lacks the least; the lowest id of equals. Nil when an open node that `where`
  /// allows lacks nothing.
  ///
  /// A node that could not hold it when empty is looked at only when all are such.
  static func least(for spec: DeploymentSpec, in snapshot: ClusterSnapshot) -> Shortage? {
    let nodes = snapshot.table.nodes
    let need = spec.required
    var best: (index: Int, isTooSmall: Bool, share: Double)?
    for index in nodes.indices
    where nodes[index].isOpen && spec.conditions.areMet(by: nodes[index].node.labels) {
      let room = nodes[index].room
      if room.holds(need) { return nil }
      let isTooSmall = !Room(empty: nodes[index].node.capacity).holds(need)
      let share = ResourceKind.allCases.reduce(0) { sum, kind in
        sum + kind.missingShare(of: need, in: room, largest: snapshot.table.largest)
      }
      if let best, (best.isTooSmall ? 1 : 0, best.share) <= (isTooSmall ? 1 : 0, share) { continue }
      best = (index, isTooSmall, share)
    }
    return best.map { Shortage(nodes[$0.index], need) }
  }

  /// Who holds something there of what is short, the largest holdings of the worst first.
  var holders: [DeploymentID] {
    guard let kind = kinds.first ?? (isFragmented ? .gpu : nil) else { return [] }
    return (Array(node.allocations.values) + node.claims.values)
      .filter { kind.amount(of: $0.held) > .zero }
      .sorted { (kind.amount(of: $1.held), $0.id) < (kind.amount(of: $0.held), $1.id) }
      .map(\.id)
  }

  /// The resources that are short, the worst (by share of what the node has) first.
  var kinds: [ResourceKind] {
    let weights = ResourceKind.allCases.map { kind in
      let amount = kind.amount(of: missing).value
      return (kind: kind, share: Double(amount) / Double(max(1, kind.amount(of: node.node.capacity).value)))
    }
    return weights.filter { $0.share > 0 }.sorted { $0.share > $1.share }.map(\.kind)
  }
}

extension ResourceKind {
  /// What a room lacks, measured against the most any node has.
  fileprivate func missingShare(of need: Resources, in room: Room, largest: Resources) -> Double {
    let free =
      switch self {
      case .cpu: room.cpu
      case .ram: room.ram
      case .gpu: room.gpu
      }
    return Double(max(0, amount(of: need).value - free.value)) / Double(max(1, amount(of: largest).value))
  }
}
