import JSON
import Model
import POSIX
import Services

extension Method {
  static let nodesSync = Method(
    name: "nodes.sync", scope: .agent,
    body: .report { call, work in
      let node = try Nodes.managed(call.id("node_id"), for: call.caller, work)
      guard try call.environment.leases.renew(of: node, for: call.string("agent_id"), &work) else {
        return .onceDurable
      }
      try Nodes.heard(node, &work)
      try AttemptReports.take(call.observed, on: node, &work)
      return .whole
    } answer: { call, work in
      let node = try Nodes.managed(call.id("node_id"), for: call.caller, work)
      let desired = DesiredAttempt.all(on: node, besides: call.observed, work)
      // By what is short: what is said in full once is no news the next time.
      let short = desired.map { $0.object(isKnown: true, work) }
      let version = JSONValue.array(short).version
      let known = call.known
      let entries = zip(desired, short).map { entry, short in
        known.contains(entry.key) ? short : entry.object(isKnown: false, work)
      }
      let result: JSONObject = [
        "desired": .array(entries), "version": .string(version),
        "lease_expires_in": .seconds(call.environment.leases.seconds),
      ]
      let isChanged =
        call.string("seen").map { $0 != version } ?? !DesiredAttempt.isSettled(desired, call.observed)
      guard let seconds = call.double("wait_seconds"), seconds > 0, !isChanged else { return Answer(result) }
      let count = work.fold.orderCounts[node.id, default: 0]
      return Answer(result, .wait(.orders(for: node.id, after: count), seconds: seconds))
    })
}

extension JSONValue {
  /// The same for the same entries, in every process.
  fileprivate var version: String {
    let bytes = bytes
    return "\(String(CRC32C.checksum(bytes), radix: 16))-\(bytes.count)"
  }
}

extension Invocation {
  fileprivate var observed: [Observation] {
    (params["observed"]?.array ?? []).compactMap { entry in
      guard let id = entry["deployment_id"]?.int, let attempt = entry["attempt"]?.int,
        let phase = entry["phase"]?.string.flatMap({ Observation.Phase(rawValue: $0) })
      else { return nil }
      return Observation(
        deploymentID: DeploymentID(id), attempt: attempt, phase: phase, exitCode: entry["exit_code"]?.int,
        message: entry["message"]?.string, checkpoint: entry["checkpoint"]?.string,
        isFenced: entry["fenced"]?.bool ?? false)
    }
  }
}

/// The name of one attempt.
private struct AttemptKey: Hashable {
  let deployment: DeploymentID
  let attempt: Int
}

extension Invocation {
  /// What the agent has, and so need not be told how to run: that does not change.
  fileprivate var known: Set<AttemptKey> {
    Set(
      observed.filter { $0.phase != .exited }.map {
        AttemptKey(deployment: $0.deploymentID, attempt: $0.attempt)
      })
  }
}

extension DesiredAttempt {
  fileprivate var key: AttemptKey { AttemptKey(deployment: deploymentID, attempt: attempt) }

  fileprivate func object(isKnown: Bool, _ work: borrowing Work) -> JSONValue {
    guard let deployment, let attempt = deployment.phase.liveAttempt else { return staleObject }
    let spec = deployment.spec
    var object: JSONObject = [
      "deployment_id": .int(deploymentID.rawValue),
      "attempt": .int(self.attempt),
      "action": .string(isToRun ? "run" : "stop"),
      "phase": .string(deployment.phase.status),
      "name": .string(spec.name),
      "image_path": .string(spec.imagePath),
      "command": .array(isKnown ? [] : spec.command.map(JSONValue.string)),
      "env": isKnown ? [:] : spec.env.json,
      "gpus": attempt.gpus.json,
      "limits": ["cpu": spec.required.cpu.json, "ram": spec.required.ram.json],
      "grace_seconds": .seconds(spec.graceSeconds),
    ]
    object.append("checkpoint", .optional(isKnown ? nil : deployment.checkpoint?.reference))
    switch action {
    case .run, .stopStale:
      for key in ["reason", "by", "ordered_at"] { object.append(key, .null) }
    case .stop(let order): order.append(to: &object, work)
    }
    return .object(object)
  }

  private var isToRun: Bool {
    guard case .run = action else { return false }
    return true
  }

  private var staleObject: JSONValue {
    let reason = Reason(
      code: "stale",
      message:
        "Attempt \(attempt) of deployment \(deploymentID) is not current any more: it ended, or runs elsewhere."
    )
    return [
      "deployment_id": .int(deploymentID.rawValue), "attempt": .int(attempt), "action": "stop",
      "phase": "stopping", "name": .null, "image_path": .null, "command": [], "env": [:], "gpus": [],
      "limits": .null, "grace_seconds": 0, "checkpoint": .null, "reason": reason.json, "by": .null,
      "ordered_at": .null,
    ]
  }
}

extension StopOrder {
  /// What the program is told, in its stop file: why, and for which deployment room is made.
  fileprivate func append(to entry: inout JSONObject, _ work: borrowing Work) {
    var by = JSONValue.null
    let message: String
    switch cause {
    case .preempted(let nominee):
      by = .int(nominee.rawValue)
      let priority = work.fold.state.deployments[nominee].map { " of priority \($0.priority)" } ?? ""
      message = "It makes room for deployment \(nominee)\(priority), and goes back to the queue by itself."
    case .cancelled(let user): message = "It was cancelled by \(user)."
    case .deadline: message = "It has run for its max_duration."
    }
    entry.append("reason", Reason(code: cause.code, message: message).json)
    entry.append("by", by)
    entry.append("ordered_at", .string(at.text))
  }
}
