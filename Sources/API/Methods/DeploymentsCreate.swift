import Model
import Services

extension Method {
  static let deploymentsCreate = changing("deployments.create", scope: .deploy) { call, work in
    Changed(try Deployments.create(DeploymentRequest(call.params), by: call.caller, &work))
  } show: { id, call, work in
    ["deployment": try Deployments.find(DeploymentID(id), for: call.caller, work).object(work)]
  }
}
