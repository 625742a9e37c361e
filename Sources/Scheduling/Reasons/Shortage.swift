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
      cpu: max(.zero, need.cpu - node.free.cpu), ram: max(.zero, need.ram - node.free.ram),
      gpu: max(.zero, need.gpu - sum))
    isFragmented = need.gpu <= sum && need.gpu > node.devices.largest
  }

  /// The shortage of the node that lacks the least; the lowest id of equals. Nil when an open node lacks nothing.
  static func least(for need: Resources, in snapshot: ClusterSnapshot) -> Shortage? {
    let weights = SizeWeights(snapshot.table.largest)
    var best: (node: NodeOccupancy, size: Int)?
    for node in snapshot.table.nodes where node.isOpen {
      if node.room.holds(need) { return nil }
      let missing = Resources(
        cpu: max(.zero, need.cpu - node.free.cpu), ram: max(.zero, need.ram - node.free.ram),
        gpu: max(.zero, need.gpu - node.devices.largest))
      let isTooSmall = !Room(empty: node.node.capacity).holds(need)
      // A node that will never do is the best only when all are.
      let size = weights.size(of: missing) + (isTooSmall ? SizeWeights.whole * 16 : 0)
      if best.map({ size < $0.size }) ?? true { best = (node, size) }
    }
    return best.map { Shortage($0.node, need) }
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
