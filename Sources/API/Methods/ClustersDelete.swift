import Model
import Services

extension Method {
  static let clustersDelete = changing("clusters.delete") { call, work in
    let cluster = try Clusters.find(call.id("cluster_id"), for: call.caller, work)
    let last = cluster.object(work)
    try Clusters.delete(cluster.id, by: call.caller, &work)
    return Changed(cluster.id, result: ["cluster": last])
  } show: { id, _, _ in
    throw ServiceError.unknown("cluster", ClusterID(id))
  }
}
