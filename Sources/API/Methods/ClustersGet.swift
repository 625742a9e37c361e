import Services

extension Method {
  static let clustersGet = reading("clusters.get") { call, work in
    ["cluster": try Clusters.find(call.id("cluster_id"), for: call.caller, work).object(work)]
  }
}
