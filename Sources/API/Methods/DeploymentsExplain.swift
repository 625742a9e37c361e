import JSON
import Services

extension Method {
  static let deploymentsExplain = reading("deployments.explain") { call, work in
    let answer = try Explanations.explain(call.id("deployment_id"), for: call.caller, work)
    return [
      "status": .string(answer.status),
      "position": .optional(answer.position),
      "reason": answer.reason?.object ?? .null,
      "preemption": answer.preemption?.object ?? .null,
      "estimate": answer.estimate?.object ?? .null,
    ]
  }
}
