import JSON
import Services

extension Method {
  static let deploymentsGet = Method(
    name: "deployments.get", scope: .read,
    body: .read { call, work in
      let deployment = try Deployments.find(call.id("deployment_id"), for: call.caller, work)
      let result: JSONObject = ["deployment": deployment.object(work)]
      guard let seconds = call.double("wait_seconds"), seconds > 0, !deployment.isFinal else {
        return Answer(result)
      }
      return Answer(result, .wait(.end(of: deployment.id), seconds: seconds))
    })
}
