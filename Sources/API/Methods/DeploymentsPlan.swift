import JSON
import Services

extension Method {
  static let deploymentsPlan = aside("deployments.plan", scope: .deploy) { question, work in
    let request = DeploymentRequest(question.params)
    let trial = try RequestDryRun.plan(request, for: question.caller, work) { question.isInTime }
    return [
      "would": .string(trial.verdict.rawValue),
      "node": trial.node.map { ["id": .int($0.id.rawValue), "name": .string($0.name)] } ?? .null,
      "gpus": trial.gpus.json,
      "victims": .array(trial.victims.map(\.victim)),
      "reason": trial.reason?.object ?? .null,
      "estimate": trial.estimate.object,
      "revision": .int(trial.revision),
    ]
  }
}
