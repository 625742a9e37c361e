import Model
import Services

extension Method {
  static let deploymentsComplete = changing("deployments.complete", scope: .deploy) { call, work in
    let id: DeploymentID = call.id("deployment_id")
    try Deployments.complete(
      id, attempt: call.int("attempt"), exitCode: call.int("exit_code") ?? 0, message: call.string("message"),
      by: call.caller, &work)
    return Changed(id)
  } show: { id, call, work in
    ["deployment": try Deployments.find(DeploymentID(id), for: call.caller, work).object(work)]
  }
}
