import Model

/// The code of a shortage, and the sentence that says it in numbers.
struct ShortageSentence {
  private static let namedHolders = 5

  private let shortage: Shortage
  private let need: Resources
  private let snapshot: ClusterSnapshot

  init(_ shortage: Shortage, need: Resources, in snapshot: ClusterSnapshot) {
    self.shortage = shortage
    self.need = need
    self.snapshot = snapshot
  }

  var reason: Reason {
    let kinds = shortage.kinds
    guard let worst = kinds.first else {
      return Reason(code: "gpu_fragmented", message: fragmented)
    }
    let isSpread = worst == .gpu && kinds.count == 1 && freeOnOpenNodes(.gpu) >= need.gpu
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
    var text = "Needs \(kind.text(kind.amount(of: need))); \(nodeName) has \(free.text) of \(all.text) free"
    text += ", \(kind.amount(of: shortage.missing).text) short" + heldBy(kind)
    let sum = freeOnOpenNodes(kind)
    if sum >= kind.amount(of: need) { text += "; \(kind.text(sum)) free in the cluster, but not on one node" }
    if !others.isEmpty {
      text += "; also short there: " + enumeration(others.map { $0.text($0.amount(of: shortage.missing)) })
    }
    return text + "."
  }

  private var fragmented: String {
    let parts = shortage.node.devices.free.enumerated().filter { $0.element > .zero }
    let list = enumeration(parts.map { "\($0.element.text) of device \($0.offset)" })
    return
      "Needs \(ResourceKind.gpu.text(need.gpu)) on devices that are not there: \(nodeName) has \(list) free"
      + heldBy(.gpu) + "."
  }

  private var nodeName: String {
    (snapshot.table.nodes.count == 1 ? "node" : "the closest node,") + " \"\(shortage.node.node.name)\""
      + (snapshot.table.nodes.count == 1 ? "" : ",")
  }

  private func heldBy(_ kind: ResourceKind) -> String {
    let holders = shortage.node.allocations.values
      .filter { kind.amount(of: $0.held) > .zero }
      .sorted { (kind.amount(of: $1.held), $0.id) < (kind.amount(of: $0.held), $1.id) }
    guard !holders.isEmpty else { return "" }
    let shown = holders.prefix(Self.namedHolders).map(\.id.description)
    let rest = holders.count - shown.count
    let names = enumeration(rest > 0 ? shown + ["\(rest) more"] : shown)
    return "; held by \(holders.count == 1 ? "deployment" : "deployments") \(names)"
  }

  private func freeOnOpenNodes(_ kind: ResourceKind) -> Thousandths {
    let nodes = snapshot.table.nodes
    return nodes.indices.reduce(.zero) { $0 + (nodes[$1].isOpen ? kind.amount(of: nodes[$1].free) : .zero) }
  }
}
