import Model
import Services

extension Method {
  static let deploymentsCreate = changing("deployments.create", scope: .deploy) { call, work in
    Changed(
      try Deployments.create(
        DeploymentSpec(call.params), priority: call.int("priority") ?? Deployments.defaultPriority,
        in: call.id("cluster_id"), by: call.caller, &work))
  } show: { id, call, work in
    ["deployment": try Deployments.find(DeploymentID(id), for: call.caller, work).object(work)]
  }
}
