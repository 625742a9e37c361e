import JSON

/// A place on a node that is kept for a deployment while those who have to make room there stop.
///
/// It holds cpu and ram by the deployment's need and these devices: nobody else gets what the victims free.
package struct NominatedPlacement: Hashable, Sendable {
  package let nodeID: NodeID
  package let nodeName: String
  package let gpus: [GPUShare]
  package let at: Timestamp

  package init(nodeID: NodeID, nodeName: String, gpus: [GPUShare], at: Timestamp) {
    self.nodeID = nodeID
    self.nodeName = nodeName
    self.gpus = gpus
    self.at = at
  }

  init(_ fields: Fields) throws {
    nodeID = try fields.id("node_id")
    nodeName = try fields.string("node")
    gpus = try fields.gpus()
    at = try fields.time("at")
  }

  var json: JSONValue {
    var row = JSONObject()
    row.append("node_id", nodeID)
    row.append("node", nodeName)
    if !gpus.isEmpty { row.append("gpus", gpus.json) }
    row.append("at", at)
    return .object(row)
  }
}
