import Model
import Services

extension Method {
  static let nodesAdd = changing("nodes.add") { call, work in
    let request = NodeRequest(call.params)
    return Changed(try Nodes.add(request, toCluster: call.id("cluster_id"), by: call.caller, &work))
  } show: { id, call, work in
    ["node": try Nodes.find(NodeID(id), for: call.caller, work).object(work)]
  }
}
