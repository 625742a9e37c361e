import JSON
import Logs
import Model
import Services

extension Method {
  /// A report, though there is never anything new to record: so it has the state lock to itself, and a log one writer.
  static let nodesAppendLog = Method(
    name: "nodes.append_log", scope: .agent,
    body: .report { _, _ in
      .whole
    } answer: { call, work in
      let node = try Nodes.managed(call.id("node_id"), for: call.caller, work)
      let leases = call.environment.leases
      try leases.lease(of: node.id)?.requireHolder(call.string("agent_id"), of: node, at: leases.now)
      let deployment = try Deployments.find(call.id("deployment_id"), for: call.caller, work)
      guard deployment.clusterID == node.clusterID else {
        throw ServiceError.unknown("deployment", deployment.id)
      }
      let attempt = try LogProgress(deployment).attempt(call.int("attempt"))
      guard let bytes = Base64.bytes(of: call.text("base64")) else {
        throw ServiceError.invalid(pointer: "/base64", "must be base64 with its padding")
      }
      let path = call.environment.logs.file(of: deployment.id.rawValue, attempt: attempt)
      let copy = LogCopy(path: path, limitBytes: call.environment.logLimitBytes)
      return Answer(
        try copy.result(of: bytes, at: call.int("offset") ?? 0, afterGap: call.bool("gap") ?? false))
    })
}

extension LogCopy {
  fileprivate func result(of bytes: [UInt8], at offset: Int, afterGap: Bool) throws -> JSONObject {
    do {
      let taken = try take(bytes, at: offset, afterGap: afterGap)
      return [
        "end": .int(taken.end), "dropped": .int(taken.dropped), "reason": .optional(taken.failure?.reason),
      ]
    } catch let gap as Gap {
      throw ServiceError.conflict(
        "The output kept here ends at byte \(gap.end): send what follows that, or say with gap that it is lost.",
        ["end": .int(gap.end)])
    }
  }
}
