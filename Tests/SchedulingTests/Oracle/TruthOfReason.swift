import Model

/// The truth of what a waiting deployment is told.
struct TruthOfReason {
  let facts: Facts
  let deployment: Deployment
  let now: Timestamp

  private var demand: Resources { deployment.spec.required }

  func holds(_ reason: Reason) -> Bool {
    guard reason.message.hasSuffix("."), facts.paused == (reason.code == "paused") else { return false }
    switch reason.code {
    case "paused": return true
    case "reserved_for": return isKeptOut
    case "no_nodes": return nodesThatCould.allSatisfy { $0.managed && !$0.drain }
    case "draining":
      let draining = labelledNodes.filter(\.drain)
      return draining.contains { facts.fits(demand, $0) }
        || nodesThatCould.allSatisfy { $0.drain || $0.managed }
    case "insufficient_cpu": return placesLooked.contains { demand.cpu.value > facts.free($0).cpu }
    case "insufficient_ram": return placesLooked.contains { demand.ram.value > facts.free($0).ram }
    case "insufficient_gpu": return placesLooked.contains { demand.gpu.value > gpuSum($0) }
    case "gpu_fragmented":
      return demand.gpu.value <= facts.nodesOpen(to: deployment).reduce(0) { $0 + gpuSum($1) }
    case _: return false
    }
  }

  /// There is room, and every use of it breaks what those before it are promised.
  private var isKeptOut: Bool {
    let reservations = ExpectedReservations(before: deployment, facts, now: now)
    let nodes = facts.nodesOpen(to: deployment)
    return nodes.contains { facts.fits(demand, $0) }
      && nodes.allSatisfy { reservations.ways(for: deployment, on: $0).isEmpty }
  }

  /// Open or not.
  private var labelledNodes: [Node] {
    var open = facts
    open.nodes = open.nodes.mapValues { node in
      var node = node
      node.drain = false
      node.managed = false
      return node
    }
    return open.nodesOpen(to: deployment).map { facts.nodes[$0.id]! }
  }

  /// Where no node could ever hold it, they are all compared; else those that take something.
  private var placesLooked: [Node] {
    nodesThatCould.isEmpty ? labelledNodes : facts.nodesOpen(to: deployment)
  }

  private func gpuSum(_ node: Node) -> Int { facts.free(node).gpus.reduce(0, +) }

  /// Nodes that could hold it if they were empty and open.
  private var nodesThatCould: [Node] {
    labelledNodes.filter { facts.fits(demand, facts.empty($0)) }
  }
}
