import JSON
import Services

extension Method {
  static let deploymentsPlan = reading("deployments.plan", scope: .deploy) { call, work in
    let trial = try RequestDryRun.plan(DeploymentRequest(call.params), for: call.caller, work)
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
