import Model
import Services

extension Method {
  static let nodesUpdate = changing("nodes.update") { call, work in
    let id: NodeID = call.id("node_id")
    try Nodes.update(id, by: call.caller, &work) { node in
      node.name = call.string("name") ?? node.name
      node.capacity.cpu = call.params.thousandths("cpu") ?? node.capacity.cpu
      node.capacity.ram = call.params.thousandths("ram") ?? node.capacity.ram
      node.capacity.gpu = call.params.thousandths("gpu") ?? node.capacity.gpu
      node.labels = call.params.stringPairs("labels") ?? node.labels
      node.managed = call.bool("managed") ?? node.managed
      node.drain = call.bool("drain") ?? node.drain
    }
    return Changed(id)
  } show: { id, call, work in
    ["node": try Nodes.find(NodeID(id), for: call.caller, work).object(work)]
  }
}
