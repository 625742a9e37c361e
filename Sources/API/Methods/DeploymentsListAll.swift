import Model
import Services

extension Method {
  static let deploymentsListAll = scanning("deployments.list_all") { call, _ in
    var filter = DeploymentFilter()
    filter.clusterID = call.optionalID("cluster_id")
    filter.status = call.string("status")
    filter.userID = call.optionalID("user_id")
    filter.name = call.string("name")
    let cursor = try call.string("cursor").map { text in
      guard let id = Int(text), (1...DeploymentID.largest).contains(id) else {
        throw ServiceError.invalid(pointer: "/cursor", "must be the next_cursor of an earlier answer")
      }
      return DeploymentID(id)
    }
    return DeploymentScan(
      filter, after: cursor, newestFirst: call.bool("newest_first") ?? false,
      limit: call.int("limit") ?? 1000, for: call.caller)
  }
}
