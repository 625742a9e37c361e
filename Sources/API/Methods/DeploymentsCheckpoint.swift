import Model
import Services

extension Method {
  static let deploymentsCheckpoint = changing("deployments.checkpoint", scope: .deploy) { call, work in
    let id: DeploymentID = call.id("deployment_id")
    try Deployments.checkpoint(
      id, attempt: call.int("attempt"), reference: call.text("reference"), by: call.caller, &work)
    return Changed(id)
  } show: { id, call, work in
    ["deployment": try Deployments.find(DeploymentID(id), for: call.caller, work).object(work)]
  }.forAgents()
}
