import Model

/// The resources that one node lacks to start a deployment now.
struct Shortage {
  let node: NodeOccupancy
  /// Not negative; gpu in sum over the devices.
  let missing: Resources
  /// True when the node has enough GPU in sum and no devices to serve the request.
  let isFragmented: Bool

  private init(_ node: NodeOccupancy, _ demand: Resources) {
    self.node = node
    let sum = node.devices.sum
    missing = Resources(
      cpu: max(.zero, demand.cpu - max(.zero, node.free.cpu)),
      ram: max(.zero, demand.ram - max(.zero, node.free.ram)),
      gpu: max(.zero, demand.gpu - sum))
    isFragmented = demand.gpu <= sum && demand.gpu > node.devices.largest
  }

  /// The shortage of the node that lacks the least; the lowest id of equals. Nil when an open node that `where`
  /// allows lacks nothing.
  ///
  /// A node that could not hold it when empty is looked at only when all are such.
  static func least(for spec: DeploymentSpec, in snapshot: ClusterSnapshot) -> Shortage? {
    let nodes = snapshot.table.nodes
    let demand = spec.required
    var best: (index: Int, isTooSmall: Bool, share: Double)?
    for index in nodes.indices
    where nodes[index].isOpen && spec.conditions.areMet(by: nodes[index].node.labels) {
      let freeCapacity = nodes[index].freeCapacity
      if freeCapacity.holds(demand) { return nil }
      let isTooSmall = !FreeCapacity(empty: nodes[index].node.capacity).holds(demand)
      let share = ResourceKind.allCases.reduce(0) { sum, kind in
        sum + kind.missingShare(of: demand, in: freeCapacity, largest: snapshot.table.largest)
      }
      if let best, (best.isTooSmall ? 1 : 0, best.share) <= (isTooSmall ? 1 : 0, share) { continue }
      best = (index, isTooSmall, share)
    }
    return best.map { Shortage(nodes[$0.index], demand) }
  }

  /// Who holds something there of what is short, the largest holdings of the worst first.
  var holders: [DeploymentID] {
    guard let kind = kinds.first ?? (isFragmented ? .gpu : nil) else { return [] }
    return (Array(node.allocations.values) + node.nominations.values)
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
  fileprivate func missingShare(of demand: Resources, in freeCapacity: FreeCapacity, largest: Resources)
    -> Double
  {
    let free =
      switch self {
      case .cpu: freeCapacity.cpu
      case .ram: freeCapacity.ram
      case .gpu: freeCapacity.gpu
      }
    return Double(max(0, amount(of: demand).value - free.value)) / Double(max(1, amount(of: largest).value))
  }
}
