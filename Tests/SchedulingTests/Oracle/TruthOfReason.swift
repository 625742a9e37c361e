import Model

/// Whether what a waiting deployment is told is so.
struct TruthOfReason {
  let facts: Facts
  let deployment: Deployment

  private var need: Resources { deployment.spec.required }

  func holds(_ reason: Reason) -> Bool {
    guard reason.message.hasSuffix("."), facts.paused == (reason.code == "paused") else { return false }
    switch reason.code {
    case "paused": return true
    case "no_nodes": return nodesThatCould.allSatisfy { $0.managed && !$0.drain }
    case "draining":
      let draining = facts.nodes.values.filter(\.drain)
      return draining.contains { facts.fits(need, $0) }
        || nodesThatCould.allSatisfy { $0.drain || $0.managed }
    case "insufficient_cpu": return placesLooked.contains { need.cpu.value > facts.free($0).cpu }
    case "insufficient_ram": return placesLooked.contains { need.ram.value > facts.free($0).ram }
    case "insufficient_gpu": return placesLooked.contains { need.gpu.value > gpuSum($0) }
    case "gpu_fragmented": return need.gpu.value <= facts.openNodes.reduce(0) { $0 + gpuSum($1) }
    case _: return false
    }
  }

  /// Where no node could ever hold it, they are all compared; else those that take something.
  private var placesLooked: [Node] { nodesThatCould.isEmpty ? Array(facts.nodes.values) : facts.openNodes }

  private func gpuSum(_ node: Node) -> Int { facts.free(node).gpus.reduce(0, +) }

  /// Nodes that could hold it if they were empty and open.
  private var nodesThatCould: [Node] {
    var empty = facts
    empty.deployments = [:]
    return empty.nodes.values.filter { empty.fits(need, $0) }
  }
}
