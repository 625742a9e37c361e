import Model
import Services

extension Method {
  static let nodesRemove = changing("nodes.remove") { call, work in
    let node = try Nodes.find(call.id("node_id"), for: call.caller, work)
    let last = node.object(work)
    try Nodes.remove(node.id, by: call.caller, &work)
    return Changed(node.id, result: ["node": last])
  } show: { id, _, _ in
    throw ServiceError.unknown("node", NodeID(id))
  }
}
