import Model
import Services

extension Method {
  static let deploymentsUpdate = changing("deployments.update", scope: .deploy) { call, work in
    let id: DeploymentID = call.id("deployment_id")
    try Deployments.reprioritize(id, to: call.int("priority"), by: call.caller, &work)
    return Changed(id)
  } show: { id, call, work in
    ["deployment": try Deployments.find(DeploymentID(id), for: call.caller, work).object(work)]
  }
}
