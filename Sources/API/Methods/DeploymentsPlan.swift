import JSON
import Services

extension Method {
  static let deploymentsPlan = aside("deployments.plan", scope: .deploy) { question, work in
    let request = DeploymentRequest(question.params)
    let dryRun = try RequestDryRun.plan(request, for: question.caller, work) { question.isInTime }
    return [
      "would": .string(dryRun.verdict.rawValue),
      "node": dryRun.node.map { ["id": .int($0.id.rawValue), "name": .string($0.name)] } ?? .null,
      "gpus": dryRun.gpus.json,
      "victims": .array(dryRun.victims.map(\.victim)),
      "reason": dryRun.reason?.object ?? .null,
      "estimate": dryRun.estimate.object,
      "revision": .int(dryRun.revision),
    ]
  }
}
