import JSON
import Model
import Services

extension Method {
  static let deploymentsExplain = aside("deployments.explain") { question, work in
    let id = DeploymentID(question.params["deployment_id"]?.int ?? 0)
    let answer = try Explanations.explain(id, for: question.caller, work) { question.isInTime }
    return [
      "status": .string(answer.status),
      "position": .optional(answer.position),
      "reason": answer.reason?.object ?? .null,
      "preemption": answer.preemption?.object ?? .null,
      "estimate": answer.estimate?.object ?? .null,
    ]
  }
}
