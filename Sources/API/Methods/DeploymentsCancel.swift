import Model
import Services

extension Method {
  static let deploymentsCancel = changing("deployments.cancel", scope: .deploy) { call, work in
    let id: DeploymentID = call.id("deployment_id")
    try Deployments.cancel(id, by: call.caller, &work)
    return Changed(id)
  } show: { id, call, work in
    ["deployment": try Deployments.find(DeploymentID(id), for: call.caller, work).object(work)]
  }
}
