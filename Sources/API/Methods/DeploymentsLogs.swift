import Logs
import POSIX
import RPC
import Services

extension Method {
  static let deploymentsLogs = Method(
    name: "deployments.logs", scope: .read,
    body: .read { call, work in
      let deployment = try Deployments.find(call.id("deployment_id"), for: call.caller, work)
      let request = try LogRequest(call)
      let progress = LogProgress(deployment)
      guard call.bool("follow") == true else {
        do {
          return Answer(try LogAnswer.piece(request, progress, call.environment.logs).object)
        } catch let error as Errno {
          throw RPCError(unreadableLog: error)
        }
      }
      return Answer([:], .follow(request, progress, from: try progress.attempt(request.attempt)))
    })
}
