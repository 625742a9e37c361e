import JSON
import Model
import Services

// How rows look on the wire: every key always there, null where it has no value.

extension User {
  var object: JSONValue {
    [
      "id": .int(id.rawValue),
      "username": .string(username),
      "organization_id": .optional(membership?.organizationID.rawValue),
      "role": .optional(membership?.role.rawValue),
      "created_at": .string(createdAt.text),
    ]
  }

  /// The user as a member of its organization; `role` when it has left.
  func member(role: Role? = nil) -> JSONValue {
    [
      "user_id": .int(id.rawValue),
      "username": .string(username),
      "role": .string((membership?.role ?? role ?? .viewer).rawValue),
    ]
  }
}

extension Session {
  /// `text` is the token itself, shown once.
  func object(text: String? = nil) -> JSONValue {
    [
      "id": .int(id.rawValue),
      "name": .optional(name),
      "scope": .string(scope.rawValue),
      "text": .optional(text),
      "created_at": .string(createdAt.text),
      "expires_at": .optional(expiresAt?.text),
    ]
  }
}

extension Invite {
  /// `code` is shown once.
  func object(code: String? = nil) -> JSONValue {
    [
      "id": .int(id.rawValue),
      "code": .optional(code),
      "role": .string(role.rawValue),
      "max_uses": .optional(maxUses),
      "uses": .int(uses),
      "created_by": .int(createdBy.rawValue),
      "created_at": .string(createdAt.text),
      "expires_at": .optional(expiresAt?.text),
    ]
  }
}

extension Organization {
  /// The code makes members: a token sees it that may do all that its user may, of a role that invites.
  func object(for role: Role, scope: Scope) -> JSONValue {
    [
      "id": .int(id.rawValue),
      "name": .string(name),
      "invite_code": role >= .operator && scope == .full ? .string(inviteCode) : .null,
      "limits": limits.object,
      "created_at": .string(createdAt.text),
    ]
  }
}

extension Limits {
  fileprivate var object: JSONValue {
    [
      "user_cpu": userCPU?.json ?? .null,
      "user_ram": userRAM?.json ?? .null,
      "user_gpu": userGPU?.json ?? .null,
      "user_pending": .optional(userPending),
      "member_priority": .optional(memberPriority),
    ]
  }
}

extension Node {
  func object(_ work: borrowing Work) -> JSONValue {
    let used = work.fold.snapshots[clusterID]?[id]?.used ?? .zero
    return [
      "id": .int(id.rawValue),
      "name": .string(name),
      "cpu": capacity.cpu.json,
      "ram": capacity.ram.json,
      "gpu": capacity.gpu.json,
      "used_cpu": used.cpu.json,
      "used_ram": used.ram.json,
      "used_gpu": used.gpu.json,
      "labels": labels.json,
      "managed": .bool(managed),
      "drain": .bool(drain),
      "status": .string(status),
    ]
  }

  private var status: String {
    guard managed, contact != .heard else { return drain ? "draining" : "ready" }
    return contact == .lost ? "lost" : "new"
  }
}

extension Cluster {
  func object(_ work: borrowing Work) -> JSONValue {
    let nodes = Nodes.all(of: id, work)
    let total = nodes.reduce(Resources.zero) { $0 + $1.capacity }
    let snapshot = work.fold.snapshots[id]
    let used = snapshot?.used ?? .zero
    return [
      "id": .int(id.rawValue),
      "name": .string(name),
      "organization_id": .int(organizationID.rawValue),
      "total_cpu": total.cpu.json,
      "total_ram": total.ram.json,
      "total_gpu": total.gpu.json,
      "used_cpu": used.cpu.json,
      "used_ram": used.ram.json,
      "used_gpu": used.gpu.json,
      "strategy": strategy,
      "paused": .bool(paused),
      "nodes": .array(nodes.map { $0.object(work) }),
      "pending": .int(work.fold.pendingCount(of: id)),
      "running": .int(snapshot?.runningCount ?? 0),
      "created_at": .string(createdAt.text),
      "revision": .int(revision),
    ]
  }
}

extension Deployment {
  func object(_ work: borrowing Work) -> JSONValue {
    let attempt = phase.lastAttempt
    var object = JSONObject()
    object.reserveCapacity(30)
    object.append("id", .int(id.rawValue))
    object.append("name", .string(spec.name))
    object.append("cluster_id", .int(clusterID.rawValue))
    object.append("user_id", .int(userID.rawValue))
    object.append("image_path", .string(spec.imagePath))
    object.append("command", .array(spec.command.map(JSONValue.string)))
    object.append("env", spec.env.json)
    object.append("required_cpu", spec.required.cpu.json)
    object.append("required_ram", spec.required.ram.json)
    object.append("required_gpu", spec.required.gpu.json)
    object.append("priority", .int(priority))
    object.append("status", .string(phase.status))
    object.append("reason", reason(work)?.json ?? .null)
    object.append(
      "node", attempt.map { ["id": .int($0.nodeID.rawValue), "name": .string($0.nodeName)] } ?? .null)
    object.append("gpus", phase.liveAttempt?.gpus.json ?? [])
    object.append("attempt", attempts == 0 ? .null : .int(attempts))
    object.append("preemptions", .int(preemptions))
    object.append("exit_code", .optional(outcome == nil ? previousEnd?.exitCode : outcome?.exitCode))
    object.append("message", .optional(outcome == nil ? note ?? previousEnd?.message : outcome?.message))
    object.append("checkpoint", .optional(checkpoint?.reference))
    object.append("where", spec.conditions.isEmpty ? .null : spec.conditions.json)
    object.append("depends_on", .array(spec.dependsOn.map { .int($0.rawValue) }))
    object.append("max_duration", spec.maxDuration.map(JSONValue.seconds) ?? .null)
    object.append("grace_seconds", .seconds(spec.graceSeconds))
    object.append("min_runtime", .seconds(spec.minRuntime))
    object.append("preemptible", .bool(spec.preemptible))
    object.append("retries", .int(spec.retries))
    object.append("created_at", .string(createdAt.text))
    object.append("started_at", .optional(attempt?.startedAt.text))
    object.append("finished_at", .optional(outcome?.at.text))
    return .object(object)
  }

  private var outcome: Outcome? {
    guard case .finished(let outcome) = phase else { return nil }
    return outcome
  }

  /// Why it waits, asked of its strategy now; or why it ended.
  private func reason(_ work: borrowing Work) -> Reason? {
    switch phase {
    case .pending, .nominated: work.fold.reason(for: self, now: work.now)
    case .starting, .running, .stopping: nil
    case .finished(let outcome): outcome.reason
    }
  }
}
