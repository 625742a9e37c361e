import Model

/// Nodes in the columns `name,cpu,ram,gpu` (cores, GiB, devices) and perhaps `labels` (`gpu=A100;zone=b`).
package enum NodeFile {
  package static func read(_ text: WorkloadText) throws(WorkloadError) -> [SimulatedNode] {
    let table = try CSVTable(text, required: ["name", "cpu", "ram", "gpu"])
    var nodes: [SimulatedNode] = []
    var known: Set<String> = []
    for row in table.rows {
      guard let name = row.text("name") else { throw row.error("the node has no name") }
      guard known.insert(name).inserted else { throw row.error("the node \(name) is there twice") }
      let capacity = Resources(
        cpu: try row.thousandths("cpu") ?? .zero, ram: try row.thousandths("ram") ?? .zero,
        gpu: try row.thousandths("gpu") ?? .zero)
      guard capacity != .zero else { throw row.error("the node \(name) has no cpu, ram or gpu") }
      nodes.append(SimulatedNode(name: name, capacity: capacity, labels: try LabelText.labels(row)))
    }
    guard !nodes.isEmpty else { throw WorkloadError(text.name, "there is no node in it") }
    return nodes
  }
}
