import Model
import Services

extension Method {
  static let clustersCreate = changing("clusters.create") { call, work in
    try requireOwnOrganization(call)
    let nodes = try call.requestedNodes()
    return Changed(try Clusters.create(name: call.text("name"), nodes: nodes, by: call.caller, &work))
  } show: { id, call, work in
    ["cluster": try Clusters.find(ClusterID(id), for: call.caller, work).object(work)]
  }

  private static func requireOwnOrganization(_ call: Invocation) throws {
    let asked: OrganizationID? = call.optionalID("organization_id")
    if let asked, asked != (try call.caller.membership().organizationID) {
      throw ServiceError.unknown("organization", asked)
    }
  }
}
