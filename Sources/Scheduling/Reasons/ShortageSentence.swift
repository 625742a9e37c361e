import Model

/// The code of a shortage, and the sentence that says it in numbers.
struct ShortageSentence {
  private static let namedHolders = 5

  private let shortage: Shortage
  private let demand: Resources
  private let conditions: [LabelCondition]
  private let snapshot: ClusterSnapshot

  init(_ shortage: Shortage, _ spec: DeploymentSpec, in snapshot: ClusterSnapshot) {
    self.shortage = shortage
    demand = spec.required
    conditions = spec.conditions
    self.snapshot = snapshot
  }

  var reason: Reason {
    let kinds = shortage.kinds
    guard let worst = kinds.first else {
      return Reason(code: "gpu_fragmented", message: fragmented)
    }
    let isSpread = worst == .gpu && kinds.count == 1 && freeOnOpenNodes(.gpu) >= demand.gpu
    return Reason(
      code: isSpread ? "gpu_fragmented" : Self.code(worst), message: sentence(worst, kinds.dropFirst()))
  }

  static func code(_ kind: ResourceKind) -> String {
    switch kind {
    case .cpu: "insufficient_cpu"
    case .ram: "insufficient_ram"
    case .gpu: "insufficient_gpu"
    }
  }

  private func sentence(_ kind: ResourceKind, _ others: ArraySlice<ResourceKind>) -> String {
    let free = max(.zero, kind.amount(of: shortage.node.free))
    let all = kind.amount(of: shortage.node.node.capacity)
    var text = "Needs \(kind.text(kind.amount(of: demand))); \(nodeName) has \(free.text) of \(all.text) free"
    text += ", \(kind.amount(of: shortage.missing).text) short" + heldBy
    let sum = freeOnOpenNodes(kind)
    if sum >= kind.amount(of: demand) {
      text += "; \(kind.text(sum)) free in the cluster, but not on one node"
    }
    if !others.isEmpty {
      text += "; also short there: " + enumeration(others.map { $0.text($0.amount(of: shortage.missing)) })
    }
    return text + ": wait, or ask for less."
  }

  private var fragmented: String {
    let parts = shortage.node.devices.free.enumerated().filter { $0.element > .zero }
    let list = enumeration(parts.map { "\($0.element.text) of device \($0.offset)" })
    return
      "Needs \(ResourceKind.gpu.text(demand.gpu)) on devices that are not there: \(nodeName) has \(list) free"
      + heldBy + ": wait, or ask for \(shortage.node.devices.largest.text) at most."
  }

  private var nodeName: String {
    let name = "\"\(shortage.node.node.name)\""
    guard snapshot.table.nodes.count > 1 else { return "node " + name }
    let among = conditions.isEmpty ? "" : " with \(WhereSentence(conditions).text)"
    return "the closest node\(among), \(name),"
  }

  private var heldBy: String {
    let holders = shortage.holders
    guard !holders.isEmpty else { return "" }
    let shown = holders.prefix(Self.namedHolders).map(\.description)
    let rest = holders.count - shown.count
    let names = enumeration(rest > 0 ? shown + ["\(rest) more"] : shown)
    return "; held by \(holders.count == 1 ? "deployment" : "deployments") \(names)"
  }

  private func freeOnOpenNodes(_ kind: ResourceKind) -> Thousandths {
    let nodes = snapshot.table.nodes
    return nodes.indices.reduce(.zero) {
      $0
        + (nodes[$1].isOpen && conditions.areMet(by: nodes[$1].node.labels)
          ? max(.zero, kind.amount(of: nodes[$1].free)) : .zero)
    }
  }
}
