import Model
import Services

extension Method {
  static let clustersUpdate = changing("clusters.update") { call, work in
    let id: ClusterID = call.id("cluster_id")
    try Clusters.update(
      id, name: call.string("name"), strategy: call.params["strategy"], paused: call.bool("paused"),
      by: call.caller, &work)
    return Changed(id)
  } show: { id, call, work in
    ["cluster": try Clusters.find(ClusterID(id), for: call.caller, work).object(work)]
  }
}
